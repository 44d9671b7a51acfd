/** What a sealed thread tries to reach. */
import { siteUrl } from './models';

/** This site's own server is also somewhere frames could go; `.invalid` never exists (RFC 2606). */
export function probeAddresses(): string[] {
  return [siteUrl('probe'), 'https://probe.invalid/'];
}
