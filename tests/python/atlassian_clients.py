"""`atlassian-python-api` as anybody would use it: base URLs and a token are all that it is told."""

import json
import sys

from atlassian import Bitbucket, Confluence, Jira

jira_url, confluence_url, bitbucket_url, token, title = sys.argv[1:]
jira = Jira(url=jira_url, token=token)
confluence = Confluence(url=confluence_url, token=token)
bitbucket = Bitbucket(url=bitbucket_url, token=token)

issue = jira.create_issue(
    fields={"project": {"key": "ROCK"}, "issuetype": {"name": "Task"}, "summary": title}
)
page = confluence.create_page(space="TEAM", title=title, body="<p>written through the gateway</p>")
print(
    json.dumps(
        {
            "me": jira.myself()["name"],
            "issue": issue["key"],
            "summary": jira.issue_field_value(issue["key"], "summary"),
            "page": confluence.get_page_by_id(page["id"])["title"],
            "content": len(confluence.get("rest/api/content")["results"]),
            "projects": [project["key"] for project in bitbucket.project_list()],
            "pull_requests": bitbucket.get("rest/api/latest/dashboard/pull-requests")["size"],
        }
    )
)
