/** The five domains by name. */
import type { Domain } from './domain';
import { DOMAIN_C } from './domain_c';
import { DOMAIN_I } from './domain_i';
import { DOMAIN_M } from './domain_m';
import { DOMAIN_O } from './domain_o';
import { DOMAIN_W } from './domain_w';
import type { DomainName } from './types';

export type { Domain } from './domain';

const ALL: Readonly<Record<DomainName, Domain>> = {
  'synthetic-M': DOMAIN_M,
  'synthetic-C': DOMAIN_C,
  'synthetic-I': DOMAIN_I,
  'synthetic-O': DOMAIN_O,
  'synthetic-W': DOMAIN_W,
};

export const domainOf = (name: DomainName): Domain => ALL[name];
