import { AccountController } from '../../http/account/account.controller.js';
import { NEW_TOKEN, STATUS } from '../answers.js';
import { NEW_PASSWORD } from '../failures.js';
import { describedController } from '../route-description.js';
import { described, NULL } from '../schema.js';

export const ACCOUNT_ROUTES = [
  describedController(AccountController, {
    updateUser: {
      summary: 'Change the profile',
      credentials: 'session',
      fields: {
        phoneNumber: described(NULL, 'Takes the number off the account; another one takes a code'),
        // refused, whatever they hold
        phoneNumberVerified: undefined,
        twoFactorEnabled: undefined,
        email: undefined,
      },
      answer: STATUS,
      errors: [
        'NO_FIELDS_TO_UPDATE',
        'FIELD_NOT_ALLOWED',
        'PHONE_NUMBER_CANNOT_BE_UPDATED',
        'PHONE_NUMBER_IS_SECOND_FACTOR',
        'EMAIL_CAN_NOT_BE_UPDATED',
        'FAILED_TO_UPDATE_USER',
      ],
    },
    changePassword: {
      summary: 'Change the password',
      credentials: 'session',
      answer: NEW_TOKEN,
      sets: 'session',
      errors: ['INVALID_PASSWORD', 'CREDENTIAL_ACCOUNT_NOT_FOUND', ...NEW_PASSWORD],
    },
  }),
];
