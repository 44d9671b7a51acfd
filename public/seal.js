/**
 * Runs before any other script of the page and closes two ways around the Content-Security-Policy.
 *
 * 1. WebRTC is not covered by any policy that browsers enforce (https://github.com/w3c/webappsec-csp/issues/92), and
 *    this page has no use for it. Workers never have it. This is a lock against accidents: script that wants to cheat
 *    can fetch another copy from a new frame, so the real guard is that no third-party script is ever loaded.
 * 2. With `require-trusted-types-for 'script'` no string becomes script. Threads are started from strings, so this
 *    default policy admits exactly this site's own worker files; there is no way to admit markup or script.
 */
for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection'])
  if (name in self) Object.defineProperty(self, name, { value: undefined, writable: false, configurable: false });

if (self.trustedTypes)
  trustedTypes.createPolicy('default', {
    createScriptURL(text) {
      const url = new URL(text, location.href);
      return url.origin === location.origin && url.pathname.startsWith('/workers/') ? text : null;
    },
  });
