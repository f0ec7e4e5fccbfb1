"""The `jira` package as anybody would use it: base URL and token are all that it is told."""

import json
import sys

from jira import JIRA

base_url, token, summary = sys.argv[1:]
jira = JIRA(server=base_url, token_auth=token)
made = jira.create_issue(project="ROCK", issuetype={"name": "Task"}, summary=summary)
jira.add_comment(made, "written through the gateway")
read = jira.issue(made.key)
print(
    json.dumps(
        {
            "me": jira.myself()["name"],
            "key": read.key,
            "summary": read.fields.summary,
            "reporter": read.fields.reporter.name,
            "comments": [comment.author.name for comment in jira.comments(read)],
        }
    )
)
