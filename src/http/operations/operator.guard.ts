import {
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  Inject,
  Injectable,
  NotFoundException,
} from '@nestjs/common';
import { PhoneAuthError } from '../../errors/phone-auth.error.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../../options/config.js';
import { toHttpException } from '../http-errors.js';
import { OperatorKeys } from './operator-keys.js';

interface OperatorRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly params: Readonly<Record<string, string | undefined>>;
  [KEY_ID]?: string;
}

/** Where the guard leaves whose key it was. */
const KEY_ID = Symbol('nestjs-phone-auth:operator-key');

/**
 * Lets whoever shows one of `admin.apiKeys` as `Authorization: Bearer` through, and nobody by a cookie: for the module's own
 * routes of operations and for yours. Without the option `admin` there is no such route (404).
 *
 * Put {@link PhoneThrottle} beside it. The module has to be imported where it is used.
 *
 * @example
 * ```ts
 * @UseGuards(OperatorGuard)
 * @Get('messages')
 * messages() {
 *   return this.phoneAuth.messagesByHour();
 * }
 * ```
 * @publicApi
 */
@Injectable()
export class OperatorGuard implements CanActivate {
  constructor(
    private readonly keys: OperatorKeys,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<OperatorRequest>();
    const { admin } = this.config;
    if (!admin) throw new NotFoundException(`Cannot ${request.method} ${request.url}`);
    const id = this.keys.idOf(bearer(request.headers['authorization']));
    // on routes of the host, which know HttpException and not our filter
    if (id === undefined) throw toHttpException(new PhoneAuthError('UNAUTHORIZED'));

    // asked last, so that nobody learns the pair who has no key (S5.16)
    const { projectId, branchId } = request.params;
    const isOurs = projectId === admin.project?.projectId && branchId === admin.project?.branchId;
    if (projectId !== undefined && !isOurs) throw toHttpException(new PhoneAuthError('PROJECT_NOT_FOUND'));
    request[KEY_ID] = id;
    return true;
  }
}

/** Which of the keys was shown: a name for the record, not the key. */
export const OperatorKeyId = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<OperatorRequest>()[KEY_ID],
);

const bearer = (header = ''): string => /^Bearer +(\S+)$/i.exec(header)?.[1] ?? '';
