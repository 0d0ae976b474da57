import { HttpCode, Post, Res, UseFilters, UseGuards } from '@nestjs/common';
import { RefreshFlow } from '../../flows/refresh.flow.js';
import { BrowserRequestGuard } from '../browser-request.guard.js';
import { JsonBody } from '../json-body.decorator.js';
import { PhoneAuthErrorFilter } from '../phone-auth-error.filter.js';
import { Public } from '../public.decorator.js';
import { SessionResponse } from '../session-response.js';
import { RefreshDto, REFRESH_NAMES } from '../refresh.dto.js';

/** `P/refresh`: the next token pair. A guess at 256 bits needs no limit. */
@Public()
@UseGuards(BrowserRequestGuard)
@UseFilters(PhoneAuthErrorFilter)
export class RefreshController {
  constructor(
    private readonly refreshing: RefreshFlow,
    private readonly response: SessionResponse,
  ) {}

  @Post('refresh')
  @HttpCode(200)
  async refresh(
    @JsonBody(RefreshDto, REFRESH_NAMES, { missing: 'allow' }) body: RefreshDto,
    @Res({ passthrough: true }) response: unknown,
  ) {
    this.response.uncached(response);
    const { accessToken, refreshToken, expiresIn } = await this.refreshing.run(body.refreshToken);
    return { success: true, accessToken, refreshToken, expiresIn };
  }
}
