// The public door of nestjs-phone-auth/bullmq: events as jobs of a queue. Needs the package bullmq.
export { BullMqEventSink } from './bullmq/bullmq-event-sink.js';
export type { EventQueue } from './bullmq/event-queue.js';
export type { BullMqEventSinkOptions } from './bullmq/event-sink-options.js';
