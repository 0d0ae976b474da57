import { OperationsController } from '../../http/operations/operations.controller.js';
import { describedController } from '../route-description.js';
import { FLAG, object, SECONDS } from '../schema.js';

const PHONE_NUMBER = object(
  { enabled: FLAG, otp_expires_in: SECONDS },
  { allowed_attempts: { type: 'integer', minimum: 1 } },
);

const OPERATOR = { credentials: 'operator', errors: ['PROJECT_NOT_FOUND'] } as const;

export const OPERATIONS_ROUTES = [
  describedController(OperationsController, {
    plugins: {
      ...OPERATOR,
      summary: 'What can be changed while the application runs',
      answer: object({ phone_number: PHONE_NUMBER }),
    },
    phoneNumber: { ...OPERATOR, summary: 'How phone sign-in is set', answer: PHONE_NUMBER },
    changePhoneNumber: { ...OPERATOR, summary: 'Set how phone sign-in works', answer: PHONE_NUMBER },
  }),
];
