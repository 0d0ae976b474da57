import { Controller, Get, Header, StreamableFile } from '@nestjs/common';
import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const { resolve } = createRequire(import.meta.url);
// these packages export no browser bundle, but they ship one beside their package.json
const BUNDLES = join(dirname(resolve('libphonenumber-js/package.json')), 'bundle');
const CHARTS = join(dirname(resolve('uplot/package.json')), 'dist');

/** Browser libraries, out of node_modules: the demo has neither a bundler nor a CDN. */
@Controller('vendor')
export class VendorController {
  // the same metadata ("max") as the server, so that both say the same about every number
  @Get('libphonenumber.js')
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  @Header('Cache-Control', 'public, max-age=86400')
  @Header('X-Content-Type-Options', 'nosniff')
  libphonenumber(): StreamableFile {
    return new StreamableFile(createReadStream(join(BUNDLES, 'libphonenumber-max.js')));
  }

  @Get('uplot.js')
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  @Header('Cache-Control', 'public, max-age=86400')
  @Header('X-Content-Type-Options', 'nosniff')
  uplot(): StreamableFile {
    return new StreamableFile(createReadStream(join(CHARTS, 'uPlot.esm.js')));
  }

  @Get('uplot.css')
  @Header('Content-Type', 'text/css; charset=utf-8')
  @Header('Cache-Control', 'public, max-age=86400')
  @Header('X-Content-Type-Options', 'nosniff')
  uplotStyles(): StreamableFile {
    return new StreamableFile(createReadStream(join(CHARTS, 'uPlot.min.css')));
  }
}
