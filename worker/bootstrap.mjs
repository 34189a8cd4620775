// Runs in: CLI. Plain JavaScript without dependencies, in a syntax that old versions of Node.js can read as well.
const [major, minor] = process.versions.node.split('.').map(Number);

async function start() {
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`This needs Node.js 20.19 or later; this is ${process.versions.node}.`);
    return 2;
  }
  const { main } = await import('./bootstrap/main.mjs');
  return main(process.argv[2], process.argv.slice(3));
}

start().then(
  (code) => (process.exitCode = code),
  (error) => {
    console.error(error);
    process.exitCode = 1;
  },
);
