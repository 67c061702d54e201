// Reads [{request, response, again: [request]}] and says of each what a shared and a private cache may do with it.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const CachePolicy = createRequire(process.argv[2] + '/')('http-cache-semantics');

function verdict({ request, response, again }, shared) {
  const policy = new CachePolicy(request, response, { shared, cacheHeuristic: 0.1, trustServerDate: false });
  return {
    may_store: policy.storable(),
    seconds: policy.storable() ? Math.round(policy.maxAge()) : 0,
    stale_seconds: policy.storable() ? Math.max(0, Math.round((policy.timeToLive() / 1000) - policy.maxAge())) : 0,
    serves: again.map((other) => policy.storable() && policy.satisfiesWithoutRevalidation(other)),
  };
}

const cases = JSON.parse(readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(cases.map((one) => ({ shared: verdict(one, true), own: verdict(one, false) }))));
