// Runs in: browser. The sign-in page: a plain form. Says when a token was refused, and where to go on to.
const query = new URLSearchParams(location.search);
(document.getElementById('to') as HTMLInputElement).value = query.get('to') ?? '/';
if (query.has('refused')) {
  const refused = document.getElementById('refused')!;
  refused.hidden = false;
  document.getElementById('token')!.setAttribute('aria-invalid', 'true');
}
