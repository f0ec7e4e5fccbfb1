import type { ApiKey, KeyProduct } from '@/ipc/bindings';

export interface Snippet {
  id: string;
  label: string;
  text: string;
}

/** The variable that every snippet reads: a key belongs in no file, no argument and no address. */
export const VARIABLE = 'GATEWRIGHT_KEY';

/** Ready-made calls with a key, which they take from the environment. */
export function snippets(key: Pick<ApiKey, 'kind' | 'owner' | 'products'>, all: readonly KeyProduct[]): Snippet[] {
  const allowed = all.filter(({ id }) => key.products.length === 0 || key.products.includes(id));
  const product = allowed[0];
  const git = allowed.find(({ kind }) => kind === 'bitbucket') ?? product;
  const url = product?.url || 'https://gateway.example.com';
  const bearer = key.kind === 'bearer';
  const owner = key.owner;
  const who =
    product?.kind === 'confluence'
      ? '/rest/api/user/current'
      : product?.kind === 'bitbucket'
        ? '/rest/api/latest/profile/recent/repos'
        : '/rest/api/2/myself';
  const remote = `${git?.url || 'https://gateway.example.com'}/scm/PROJECT/REPOSITORY.git`;
  const curl = bearer
    ? `printf 'Authorization: Bearer %s' "$${VARIABLE}" | curl -H @- "${url}${who}"`
    : `printf 'user = "%s:%s"' '${owner}' "$${VARIABLE}" | curl -K - "${url}${who}"`;
  return [
    { id: 'curl', label: 'curl', text: `read -rs ${VARIABLE}    # paste the key, then Enter\n${curl}` },
    { id: 'python', label: 'Python', text: python(product, url, who, owner, bearer) },
    { id: 'javascript', label: 'JavaScript', text: javascript(url, who, owner, bearer) },
    {
      id: 'git',
      label: 'git',
      text: bearer
        ? `export GATEWRIGHT_HEADER="Authorization: Bearer $${VARIABLE}"\ngit --config-env=http.extraHeader=GATEWRIGHT_HEADER \\\n    clone "${remote}"`
        : `git remote add gateway "${withUser(remote, owner)}"\ngit config credential."${originOf(remote)}".helper \\\n    '!f() { echo "password=$${VARIABLE}"; }; f'`,
    },
    {
      id: 'ci',
      label: 'CI variables',
      text: `# GitLab: Settings, CI/CD, Variables: ${VARIABLE}, masked and hidden\njob:\n  script:\n    - ${curl}\n\n# GitHub Actions: Settings, Secrets: ${VARIABLE}\nenv:\n  ${VARIABLE}: \${{ secrets.${VARIABLE} }}`,
    },
  ];
}

function python(product: KeyProduct | undefined, url: string, who: string, owner: string, bearer: boolean): string {
  const key = `os.environ["${VARIABLE}"]`;
  if (product?.kind === 'jira') {
    const auth = bearer ? `token_auth=${key}` : `basic_auth=("${owner}", ${key})`;
    return `import os\nfrom jira import JIRA\n\njira = JIRA("${url}", ${auth})\nprint(jira.myself()["name"])`;
  }
  const auth = bearer ? `headers={"Authorization": "Bearer " + ${key}}` : `auth=("${owner}", ${key})`;
  return `import os\nimport requests\n\nanswer = requests.get("${url}${who}",\n    ${auth}, timeout=30)\nanswer.raise_for_status()\nprint(answer.json())`;
}

function javascript(url: string, who: string, owner: string, bearer: boolean): string {
  const key = `process.env.${VARIABLE}`;
  const value = bearer
    ? `\`Bearer \${${key}}\``
    : `\`Basic \${Buffer.from(\`${owner}:\${${key}}\`).toString('base64')}\``;
  return `const answer = await fetch('${url}${who}', {\n  headers: { Authorization: ${value} },\n});\nif (!answer.ok) throw new Error(String(answer.status));\nconsole.log(await answer.json());`;
}

function withUser(url: string, user: string): string {
  return url.replace('://', `://${encodeURIComponent(user)}@`);
}

function originOf(url: string): string {
  try {
    return new URL(url).origin;
  } catch {
    return url;
  }
}
