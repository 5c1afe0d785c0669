// SPDX-License-Identifier: Apache-2.0
// A server that knows no model: it answers each question after a given number of milliseconds, with the times at which
// the first and the last byte of the question arrived. Prints its port; ends with its standard input.
import { createServer } from 'node:http';

const delay = Number(process.argv[2]);
const now = () => performance.timeOrigin + performance.now();

const server = createServer(async (request, response) => {
  let first = null;
  let bytes = 0;
  for await (const part of request) {
    first ??= now();
    bytes += part.length;
  }
  const last = now();
  if (request.method === 'GET') {
    const known = request.url === '/v1/models';
    response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' });
    return response.end(JSON.stringify(known ? { data: [{ id: 'none' }] } : { error: 'not found' }));
  }
  await new Promise((resolve) => setTimeout(resolve, delay));
  const message = { content: JSON.stringify({ first, last, bytes }) };
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'stop' }] }));
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.resume().on('end', () => process.exit());
