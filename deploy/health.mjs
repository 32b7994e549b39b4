// Health check of a container: exit 0 when the address answers 2xx within two seconds.
const reply = await fetch(process.argv[2], { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
process.exit(reply?.ok ? 0 : 1);
