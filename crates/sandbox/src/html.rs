//! The pages that a person sees: plain HTML that works without script.

use crate::reply::Reply;
use http::StatusCode;

const STYLE: &str = "\
:root{color-scheme:light dark;--line:light-dark(#d8dce3,#2c333d);--text:light-dark(#1c2128,#e6e9ee);\
--muted:light-dark(#59636e,#9aa4b2);--accent:light-dark(#1f6feb,#4c8dff)}\
*{box-sizing:border-box}\
body{margin:0;font:15px/1.5 system-ui,sans-serif;color:var(--text);background:light-dark(#f4f5f7,#101318)}\
main{max-width:26rem;margin:8vh auto;padding:2rem;background:light-dark(#fff,#191d24);\
border:1px solid var(--line);border-radius:12px}\
main.wide{max-width:62rem;margin:4vh auto}\
header{color:var(--muted);font-size:13px;margin-bottom:1rem}\
h1{font-size:1.25rem;margin:0 0 1rem}\
label{display:block;font-weight:600;font-size:13px;margin:.9rem 0 .3rem}\
input:not([type=hidden]){width:100%;padding:.5rem .6rem;font:inherit;color:inherit;\
background:light-dark(#fff,#101318);border:1px solid var(--line);border-radius:6px}\
button{font:inherit;font-weight:600;padding:.5rem 1rem;margin:1.2rem .5rem 0 0;border-radius:6px;\
border:1px solid var(--line);background:transparent;color:inherit;cursor:pointer}\
button.primary{background:var(--accent);border-color:var(--accent);color:#fff}\
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}\
.problem{padding:.5rem .75rem;border-radius:6px;background:light-dark(#ffebe9,#3d1d1f)}\
.muted{color:var(--muted);font-size:13px}\
table{border-collapse:collapse;width:100%;font-size:13px}\
th,td{text-align:left;padding:.35rem .5rem;border-bottom:1px solid var(--line);vertical-align:top}\
code{font-family:ui-monospace,monospace;font-size:.92em;white-space:nowrap}";

/// Text as it may stand in HTML or XML, in an attribute too.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A page around `content`, which is HTML already.
pub(crate) fn page(status: StatusCode, site: &str, title: &str, content: &str) -> Reply {
    shell(status, "", site, title, content)
}

/// A page with room for a table.
pub(crate) fn wide_page(status: StatusCode, site: &str, title: &str, content: &str) -> Reply {
    shell(status, " class=\"wide\"", site, title, content)
}

fn shell(status: StatusCode, class: &str, site: &str, title: &str, content: &str) -> Reply {
    let (site, title) = (escape(site), escape(title));
    let document = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>{title} · {site}</title><style>{STYLE}</style></head>\
         <body><main{class}><header>{site} (sandbox)</header><h1>{title}</h1>{content}</main></body></html>"
    );
    // No form-action: browsers apply it to the redirect that carries the code to the loopback listener.
    Reply::html(status, document)
        .header(
            "content-security-policy",
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
        )
        .header("referrer-policy", "no-referrer")
        .header("cache-control", "no-store")
}
