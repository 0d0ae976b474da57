import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { AccessTokenModuleExtras, AccessTokenModuleOptions } from './access-token-options.js';

/** Token of the checked options with every default filled in. */
export const RESOLVED_OPTIONS = Symbol('nestjs-phone-auth:access-token-options');

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<AccessTokenModuleOptions>({ moduleName: 'AccessToken' })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createAccessTokenOptions')
    .setExtras<AccessTokenModuleExtras>({ isGlobal: false }, (definition, { isGlobal = false }) => ({
      ...definition,
      global: isGlobal,
    }))
    .build();
