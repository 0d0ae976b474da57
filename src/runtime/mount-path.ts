/**
 * Token of the module's `path`, which tells one instance of the module from another: what is made at one path, such as a
 * code, is not accepted at another, even where both have the same secret and database (A20).
 */
export const MOUNT_PATH = Symbol('nestjs-phone-auth:mount-path');
