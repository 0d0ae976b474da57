// The public door of nestjs-phone-auth/openapi: for hosts with @nestjs/swagger, of which it takes nothing but types.
export { describePhoneAuth } from './openapi/describe-phone-auth.js';
