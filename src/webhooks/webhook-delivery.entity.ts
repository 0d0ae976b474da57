import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { epochColumn } from '../persistence/epoch.js';
import { EXACT_TABLE } from '../persistence/exact-table.js';

/** An event that a receiver has not taken yet. It goes once he has, or once nobody tries any more. */
@Entity('phone_auth_webhook_delivery', EXACT_TABLE)
export class PhoneAuthWebhookDelivery {
  /** The event's. */
  @PrimaryColumn({ type: 'varchar', length: 36 })
  id: string;

  @Column({ name: 'event_type', type: 'varchar', length: 32 })
  eventType: string;

  /** Whom it is about. */
  @Index()
  @Column({ name: 'user_id', type: 'varchar', length: 64 })
  userId: string;

  /** The event's JSON, encrypted: it holds a number. */
  @Column({ type: 'text' })
  payload: string;

  /** Attempts that have begun. Whoever has made it larger makes this one. */
  @Column({ type: 'integer' })
  attempts: number;

  /** When the next attempt may begin; while one is under way, when it is taken for lost with its process. */
  @Index()
  @Column(epochColumn({ name: 'due_at' }))
  dueAt: number;

  @Column(epochColumn({ name: 'created_at' }))
  createdAt: number;
}
