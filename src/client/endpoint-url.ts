/** `baseURL`, `basePath` and a path as one address, whatever slashes they have at their ends. */
export function endpointUrl(baseURL: string, basePath: string, path: string): string {
  const base = baseURL.replace(/\/+$/, '');
  const mounted = basePath.replaceAll(/^\/+|\/+$/g, '');
  return [base, mounted, path].filter((part, index) => index === 0 || part !== '').join('/');
}
