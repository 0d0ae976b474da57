import { type CanActivate, Controller, type Type, UseGuards } from '@nestjs/common';
import type { Dialect } from '../options/dialect.js';
import { AccountController } from './account/account.controller.js';
import { DeliveryController } from './phone-number/delivery.controller.js';
import { KavachosController } from './kavachos/kavachos.controller.js';
import { NodeAuthAccountController } from './node-auth/account.controller.js';
import { AddPhoneController } from './node-auth/add-phone.controller.js';
import { LoginController } from './node-auth/login.controller.js';
import { SmsController } from './node-auth/sms.controller.js';
import { OperationsController } from './operations/operations.controller.js';
import { PasswordResetController } from './phone-number/password-reset.controller.js';
import { PhoneNumberController } from './phone-number/phone-number.controller.js';
import { SignInController } from './phone-number/sign-in.controller.js';
import { ReceiptController } from './receipts/receipt.controller.js';
import { SessionController } from './sessions/session.controller.js';
import { StepUpController } from './step-up/step-up.controller.js';
import { RefreshController } from './tokens/refresh.controller.js';
import { TokenController } from './tokens/token.controller.js';
import { TwoFactorController } from './two-factor/two-factor.controller.js';

/** A guard of the host's, by its class or as it is. */
export type HostGuard = Type<CanActivate> | CanActivate;

/**
 * The controllers of one instance of the module. Each instance gets classes of its own, so that several can stand side by side on different paths.
 *
 * @param guards of the host's, asked after those of the routes
 */
export function controllersAt(
  path: string,
  dialects: readonly Dialect[],
  guards: readonly HostGuard[] = [],
): Type<object>[] {
  const controllers = [
    mounted(PhoneNumberController, `${path}/phone-number`),
    mounted(DeliveryController, `${path}/phone-number`),
    mounted(PasswordResetController, `${path}/phone-number`),
    mounted(SignInController, `${path}/sign-in`),
    mounted(TwoFactorController, `${path}/two-factor`),
    mounted(StepUpController, `${path}/step-up`),
    mounted(AccountController, path),
    mounted(SessionController, path),
    mounted(TokenController, path),
    // node-auth's route of that name serves everybody
    ...(dialects.includes('node-auth') ? [] : [mounted(RefreshController, path)]),
    mounted(ReceiptController, `${path}/delivery`),
    ...dialects.flatMap((dialect) => ROUTES_OF[dialect](path)),
  ];
  for (const controller of controllers) UseGuards(...guards)(controller);
  return controllers;
}

/** What a dialect adds to the routes that are always there. */
const ROUTES_OF: Record<Dialect, (path: string) => Type<object>[]> = {
  kavachos: (path) => [mounted(KavachosController, `${path}/phone`)],
  'node-auth': (path) => [
    mounted(SmsController, `${path}/sms`),
    mounted(LoginController, path),
    mounted(NodeAuthAccountController, path),
    mounted(AddPhoneController, path),
  ],
};

/** What operators call: below the module's path, and below that again where Neon's API has it (S5.16). */
export function operationsAt(path: string): Type<object>[] {
  return ['', '/projects/:projectId/branches/:branchId/auth'].map((where) =>
    mounted(OperationsController, `${path}${where}`),
  );
}

function mounted(base: Type<object>, path: string): Type<object> {
  @Controller(path)
  class Mounted extends base {}
  Object.defineProperty(Mounted, 'name', { value: base.name });
  return Mounted;
}
