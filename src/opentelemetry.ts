// The public door of nestjs-phone-auth/opentelemetry: spans and metrics, with @opentelemetry/api.
export { OpenTelemetry } from './opentelemetry/open-telemetry.js';
