import { randomUUID } from 'node:crypto';
import type { HostUsers } from 'nestjs-phone-auth';
import { Customer, Member, Person } from './entities.js';

export const customers = {
  entity: Customer,
  columns: {
    phoneNumber: 'phone',
    phoneNumberVerified: 'phone_verified',
    name: 'displayName',
    email: 'mail',
  },
  // not made of the number, which the next owner would share
  create: () => ({ mail: `${randomUUID()}@phone.example` }),
} satisfies HostUsers<Customer>;

export const members = {
  entity: Member,
  columns: { phoneNumber: 'mobile', phoneNumberVerified: 'mobileVerifiedAt' },
} satisfies HostUsers<Member>;

export const people = {
  entity: Person,
  columns: { phoneNumber: 'contact.phone', phoneNumberVerified: 'contact.phoneOk', createdAt: 'created' },
} satisfies HostUsers<Person>;
