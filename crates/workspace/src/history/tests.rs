use serde_json::{Value, json};

use super::*;

fn at(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_795_000_000 + seconds).unwrap()
}

fn filled(rows: i64) -> (tempfile::TempDir, Workspace) {
    let folder = tempfile::tempdir().unwrap();
    let workspace = Workspace::open(folder.path()).unwrap();
    let value = json!({"n": 0});
    let (tokens, products) = (["fred", "jdoe", "svc-build"], ["jira", "wiki", "git"]);
    let verdicts = ["valid", "valid", "valid", "valid", "anonymous"];
    let texts: Vec<(String, Value)> = (0..rows)
        .map(|n| (format!("{n} number{n}"), json!({ "n": n })))
        .collect();
    let one = |n: i64| {
        let pick = |from: usize| usize::try_from(n).unwrap() % from;
        NewRecord {
            at: at(n / 4),
            verdict: verdicts[pick(5)],
            product: products[pick(3)],
            token: tokens[pick(3)],
            user: (n % 5 < 4).then_some("fred"),
            way: if n % 2 == 0 { "direct" } else { "gateway" },
            place: if n % 7 == 0 { "seventh" } else { "other" },
            words: &texts[pick(usize::MAX)].0,
            summary: &texts[pick(usize::MAX)].1,
            record: &value,
        }
    };
    let records: Vec<_> = (0..rows).map(one).collect();
    for part in records.chunks(5000) {
        workspace.add_history(part).unwrap();
    }
    (folder, workspace)
}

fn numbers(page: &HistoryPage<Value>) -> Vec<i64> {
    page.records
        .iter()
        .map(|record| record.value["n"].as_i64().unwrap())
        .collect()
}

fn every_filter() -> Vec<HistoryFilter> {
    let none = HistoryFilter::default();
    let some = |text: &str| Some(text.to_owned());
    vec![
        none.clone(),
        HistoryFilter {
            verdicts: vec!["anonymous".to_owned()],
            ..none.clone()
        },
        HistoryFilter {
            product: some("wiki"),
            ..none.clone()
        },
        HistoryFilter {
            token: some("fred"),
            ..none.clone()
        },
        HistoryFilter {
            user: some("fred"),
            ..none.clone()
        },
        HistoryFilter {
            way: some("gateway"),
            ..none.clone()
        },
        HistoryFilter {
            since: Some(at(10)),
            until: Some(at(20_000)),
            ..none.clone()
        },
        HistoryFilter {
            search: "number12".to_owned(),
            ..none.clone()
        },
        HistoryFilter {
            verdicts: vec!["anonymous".to_owned(), "expired".to_owned()],
            product: some("wiki"),
            token: some("jdoe"),
            since: Some(at(10)),
            search: "number".to_owned(),
            ..none
        },
    ]
}

#[test]
fn among_a_hundred_thousand_a_page_is_found_by_an_index_whatever_the_filter() {
    let (_folder, workspace) = filled(100_000);
    let first: HistoryPage<Value> = workspace
        .history(&HistoryFilter::default(), None, 100)
        .unwrap();
    assert_eq!(numbers(&first)[..2], [99_999, 99_998]);
    for filter in every_filter() {
        for after in [None, first.next] {
            let (sql, values) = page_query(&filter, after, 100, "summary");
            let plan: Vec<String> = workspace
                .with(|connection| {
                    connection
                        .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?
                        .query_map(params_from_iter(values), |row| row.get(3))?
                        .collect()
                })
                .unwrap();
            for step in &plan {
                let whole_table = step.starts_with("SCAN history") && !step.contains("INDEX");
                assert!(!whole_table, "{filter:?}: {plan:?}");
            }
            assert!(
                plan.iter().any(|step| step.contains("INDEX")),
                "{filter:?}: {plan:?}"
            );
        }
    }
    assert_eq!(
        workspace.history_count(&HistoryFilter::default()).unwrap(),
        100_000
    );
}

#[test]
fn pages_follow_each_other_without_gap_or_repetition() {
    let (_folder, workspace) = filled(1000);
    for filter in every_filter() {
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let page: HistoryPage<Value> = workspace.history(&filter, after, 7).unwrap();
            seen.extend(numbers(&page));
            let Some(next) = page.next else { break };
            // It travels as a text.
            after = Some(next.to_string().parse().unwrap());
        }
        assert!(seen.windows(2).all(|pair| pair[0] > pair[1]), "{filter:?}");
        assert_eq!(
            u64::try_from(seen.len()).unwrap(),
            workspace.history_count(&filter).unwrap(),
            "{filter:?}"
        );
    }
}

#[test]
fn a_search_takes_beginnings_and_no_word_has_a_meaning_of_its_own() {
    let (_folder, workspace) = filled(50);
    let found = |search: &str| {
        let filter = HistoryFilter {
            search: search.to_owned(),
            ..HistoryFilter::default()
        };
        numbers(&workspace.history(&filter, None, 100).unwrap())
    };
    assert_eq!(found("number4").len(), 11);
    assert_eq!(found("NUMBER 17"), [17]);
    assert_eq!(found("\"17* OR (").len(), 0);
    assert_eq!(found("NEAR(").len(), 0);
    assert_eq!(found("--;'").len(), 50);
}

#[test]
fn what_is_too_old_or_too_much_goes_and_is_found_no_more() {
    let (_folder, workspace) = filled(1000);
    let retention = Retention {
        rows: 100,
        days: 180,
    };
    assert_eq!(workspace.prune_history(retention, at(250)).unwrap(), 900);
    let all = HistoryFilter::default();
    assert_eq!(workspace.history_count(&all).unwrap(), 100);
    let search = HistoryFilter {
        search: "number5".to_owned(),
        ..all.clone()
    };
    assert_eq!(workspace.history_count(&search).unwrap(), 0);
    let later = at(250) + time::Duration::days(181);
    assert_eq!(workspace.prune_history(retention, later).unwrap(), 100);
    assert_eq!(workspace.prune_history(retention, later).unwrap(), 0);
}

#[test]
fn the_test_before_is_the_last_one_at_the_same_place() {
    let (_folder, workspace) = filled(30);
    let filter = HistoryFilter {
        search: "number28".to_owned(),
        ..HistoryFilter::default()
    };
    let page: HistoryPage<Value> = workspace.history(&filter, None, 1).unwrap();
    let record = &page.records[0];
    let before: Record<Value> = workspace
        .history_before(&record.place, record.id)
        .unwrap()
        .unwrap();
    assert_eq!(before.value["n"], 21);
    let (tokens, products) = workspace.history_names().unwrap();
    assert_eq!(tokens, ["fred", "jdoe", "svc-build"]);
    assert_eq!(products, ["git", "jira", "wiki"]);
}
