// A real issuer for the tests of coming in through an organisation. Prints its port, then serves.
// Its sign-in page is replaced: whoever asks says in the address who they are.
import http from 'node:http';
import Provider from 'oidc-provider';

const back = JSON.parse(process.argv[2]);
const server = http.createServer();
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  const provider = new Provider(`http://localhost:${port}`, {
    clients: [{
      client_id: 'mijn-map',
      client_secret: 'geheim van de test',
      redirect_uris: back,
      grant_types: ['authorization_code'],
      response_types: ['code'],
    }],
    cookies: { keys: ['test'] },
    claims: { openid: ['sub'], amr: null, acr: null, email: ['email', 'name'] },
    features: { devInteractions: { enabled: false }, claimsParameter: { enabled: true } },
    pkce: { required: () => true },
    conformIdTokenClaims: false,
    findAccount: (_, sub) => ({
      accountId: sub,
      claims: () => ({ sub, email: 'amina@example.org', name: 'Amina' }),
    }),
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  });
  const serve = provider.callback();
  server.on('request', async (request, response) => {
    const url = new URL(request.url, `http://localhost:${port}`);
    if (!url.pathname.startsWith('/interaction/')) return serve(request, response);
    const { prompt, params, session, grantId } = await provider.interactionDetails(request, response);
    if (prompt.name === 'login') {
      const two = url.searchParams.get('two');
      return provider.interactionFinished(request, response, {
        login: { accountId: url.searchParams.get('as'), amr: two ? ['pwd', 'mfa'] : ['pwd'] },
      });
    }
    const grant = grantId ? await provider.Grant.find(grantId)
      : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    grant.addOIDCScope('openid');
    return provider.interactionFinished(request, response, {
      consent: { grantId: await grant.save() },
    }, { mergeWithLastSubmission: true });
  });
  console.log(port);
});
