import 'reflect-metadata';
import { Logger } from '@nestjs/common';

// many tests provoke failures that the module logs; PHONE_AUTH_TEST_LOG=1 shows them
if (!process.env['PHONE_AUTH_TEST_LOG']) Logger.overrideLogger(false);
