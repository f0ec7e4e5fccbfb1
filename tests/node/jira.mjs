// jira.js as anybody would use it: base URL and token are all that it is told.
import { Version2Client } from 'jira.js';

const [host, accessToken, summary] = process.argv.slice(2);
const client = new Version2Client({ host, authentication: { oauth2: { accessToken } } });

const me = await client.myself.getCurrentUser();
const made = await client.issues.createIssue({
  fields: { project: { key: 'ROCK' }, issuetype: { name: 'Task' }, summary },
});
const read = await client.issues.getIssue({ issueIdOrKey: made.key });
process.stdout.write(
  `${JSON.stringify({ me: me.name, key: made.key, summary: read.fields.summary, reporter: read.fields.reporter?.name })}\n`,
);
