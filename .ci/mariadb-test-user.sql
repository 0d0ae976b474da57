-- An account for the suites: from this machine only, and for their own databases only.
CREATE DATABASE IF NOT EXISTS test;
CREATE USER IF NOT EXISTS phone_auth_test@localhost, phone_auth_test@127.0.0.1;
GRANT ALL ON test.* TO phone_auth_test@localhost, phone_auth_test@127.0.0.1;
GRANT ALL ON `phone\_auth\_%`.* TO phone_auth_test@localhost, phone_auth_test@127.0.0.1;
