import { createHash } from 'node:crypto';
import type { App, RegisterRequest } from './app.ts';

export interface Registrar {
  /** REGISTERs that were let in, newest last. */
  readonly accepted: readonly RegisterRequest[];
  /** Challenges and refusals so far. */
  readonly challenged: () => number;
}

/** An application that registers whoever knows the password (RFC 2617 without qop, as one challenge). */
export function startRegistrar(app: App, { password }: { password: string }): Registrar {
  const accepted: RegisterRequest[] = [];
  let challenged = 0;
  app.register((request, response) => {
    if (!knowsPassword(request.get('Authorization') ?? '', password)) {
      challenged += 1;
      const challenge = 'Digest realm="apel", nonce="n1", algorithm=MD5';
      return response.send(401, { headers: { 'WWW-Authenticate': challenge } });
    }
    accepted.push(request);
    const { Contact = '', Expires = '600' } = {
      Contact: request.get('Contact'),
      Expires: request.get('Expires'),
    };
    response.send(200, { headers: { Contact, Expires } });
  });
  return { accepted, challenged: () => challenged };
}

function knowsPassword(authorization: string, password: string): boolean {
  const field = (name: string) => new RegExp(`[ ,]${name}="?([^",]*)`).exec(authorization)?.[1] ?? '';
  const md5 = (text: string) => createHash('md5').update(text).digest('hex');
  const expected = md5(
    `${md5(`${field('username')}:apel:${password}`)}:${field('nonce')}:${md5(`REGISTER:${field('uri')}`)}`,
  );
  return field('response') === expected;
}
