import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** An authority of the test's own, and certificates from it; made by openssl, valid for a day. */
export async function makeCertificates<Name extends string>(
  subjects: Record<Name, string>,
): Promise<{ ca: string; of: Record<Name, Certificate> }> {
  const folder = await mkdtemp(join(tmpdir(), 'sip-tls-'));
  const file = (name: string) => join(folder, name);
  const openssl = (line: string) => run('openssl', line.split(' '), { cwd: folder });
  const newKey = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes';
  try {
    await openssl(`req -x509 ${newKey} -keyout ca.key -out ca.pem -days 1 -subj /CN=test-authority`);
    const of = {} as Record<Name, Certificate>;
    for (const name of Object.keys(subjects) as Name[]) {
      await writeFile(file('san'), `subjectAltName=${subjects[name]}`);
      await openssl(`req ${newKey} -keyout ${name}.key -out ${name}.csr -subj /CN=${name}`);
      await openssl(
        `x509 -req -in ${name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out ${name}.pem -days 1 -extfile san`,
      );
      const [cert, key] = await Promise.all(
        [`${name}.pem`, `${name}.key`].map((f) => readFile(file(f), 'utf8')),
      );
      of[name] = { cert: cert ?? '', key: key ?? '' };
    }
    return { ca: await readFile(file('ca.pem'), 'utf8'), of };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
