// Asks for what the page needs while the app itself is still on its way: the same requests, made later, get these answers.
(() => {
  const handle = /^\/people\/(\w+)$/.exec(location.pathname)?.[1]?.toLowerCase();
  const wanted = handle ? [`/api/people/${handle}`, `/api/people/${handle}/activities`] : [];
  if (location.pathname === '/') wanted.push('/api/activities');
  for (const url of wanted) {
    const link = document.createElement('link');
    link.rel = 'preload';
    link.as = 'fetch';
    link.crossOrigin = 'anonymous';
    link.href = url;
    document.head.append(link);
  }
})();
