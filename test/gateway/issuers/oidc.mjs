// npm's oidc-provider as a foreign issuer:  node oidc.mjs PORT
//
// Prints {"issuer": "..."} when it listens. POST /test/rotate gives it new keys under new names; a
// token asked for the resource urn:api:ALG is a JWT signed with ALG.
import { createServer } from 'node:http';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import Provider from 'oidc-provider';

const ALGORITHMS = ['RS256', 'PS384', 'ES256', 'EdDSA'];
const SCOPES = 'upload read';

function makeKeys() {
  const jwk = (pair, alg) => ({ ...pair.privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: randomUUID() });
  return {
    keys: [
      jwk(generateKeyPairSync('rsa', { modulusLength: 2048 }), 'RS256'),
      jwk(generateKeyPairSync('rsa', { modulusLength: 2048 }), 'PS384'),
      jwk(generateKeyPairSync('ec', { namedCurve: 'P-256' }), 'ES256'),
      jwk(generateKeyPairSync('ed25519'), 'EdDSA'),
    ],
  };
}

function makeProvider(issuer) {
  return new Provider(issuer, {
    jwks: makeKeys(),
    cookies: { keys: [randomUUID()] },
    enabledJWA: { idTokenSigningAlgValues: ALGORITHMS },
    pkce: { required: () => true },
    scopes: ['openid', ...SCOPES.split(' ')],
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    clients: [
      { client_id: 'machine', client_secret: 'not a secret', grant_types: ['client_credentials'],
        redirect_uris: [], response_types: [], scope: SCOPES },
      { client_id: 'app', token_endpoint_auth_method: 'none', application_type: 'native',
        redirect_uris: ['http://127.0.0.1/signed-in'], scope: `openid ${SCOPES}` },
    ],
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => 'urn:api:RS256',
        useGrantedResource: () => true,
        getResourceServerInfo: (_, resource) => ({
          scope: SCOPES,
          audience: 'tintype',
          accessTokenFormat: 'jwt',
          accessTokenTTL: 600,
          jwt: { sign: { alg: resource.split(':')[2] } },
        }),
      },
    },
  });
}

const port = Number(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;
let answer = makeProvider(issuer).callback();

createServer((request, response) => {
  if (request.method === 'POST' && request.url === '/test/rotate') {
    answer = makeProvider(issuer).callback();
    response.end();
    return;
  }
  answer(request, response);
}).listen(port, '127.0.0.1', () => console.log(JSON.stringify({ issuer })));
