//! Asks a collator's metrics how it builds: nothing that it writes on a chain tells.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

//! The relay chain's node inside a collator counts the collations that were handed to it, which the lookahead and the slot-based
//! collator do, and the leaves for which it asked for one itself, which only the basic collator needs: the SDK's until 2606,
//! the chain's own since. The metrics have the same names in both, though 2609 hands over segments.

use crate::facts::Collator;
use crate::facts::CollatorKind;
use crate::facts::Known;
use anyhow::bail;
use anyhow::ensure;
use anyhow::Context;
use anyhow::Result;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// How long a node may take to tell its metrics.
const ANSWER: Duration = Duration::from_secs(10);
/// How large they may be, in bytes.
const LIMIT: u64 = 16 * 1024 * 1024;

const SUBMITTED: &str = "polkadot_parachain_collation_generation_submit_collation_count";
const ASKED: &str = "polkadot_parachain_collation_generation_new_activations_count";

/// The collator whose metrics are at `url`, as in `http://127.0.0.1:9615/metrics`.
///
/// Fails if nobody answers there, or with something else than metrics.
pub async fn read(url: &str) -> Result<Collator> {
	let text = match tokio::time::timeout(ANSWER, get(url)).await {
		Ok(text) => text?,
		Err(_) => bail!("{url} did not tell its metrics in {} s", ANSWER.as_secs()),
	};
	Ok(Collator { url: url.to_string(), node: None, kind: kind(&text) })
}

async fn get(url: &str) -> Result<String> {
	let rest = url.strip_prefix("http://").with_context(|| {
		format!("{url} is no address of metrics: give http://HOST:PORT/metrics")
	})?;
	let (host, path) = rest.split_once('/').unwrap_or((rest, "metrics"));
	let mut stream =
		TcpStream::connect(host).await.with_context(|| format!("nothing answers on {url}"))?;
	let request = format!("GET /{path} HTTP/1.0\r\nHost: {host}\r\nAccept: text/plain\r\n\r\n");
	stream.write_all(request.as_bytes()).await.with_context(|| format!("asking {url}"))?;
	let mut answer = vec![];
	stream
		.take(LIMIT + 1)
		.read_to_end(&mut answer)
		.await
		.with_context(|| format!("{url} broke off"))?;
	ensure!(answer.len() as u64 <= LIMIT, "{url} answers without end");
	let answer = String::from_utf8_lossy(&answer);
	let (head, body) = answer
		.split_once("\r\n\r\n")
		.with_context(|| format!("{url} answers with something else than HTTP"))?;
	let status = head.lines().next().unwrap_or_default();
	ensure!(status.contains(" 200"), "{url} has no metrics: it answers {status}");
	Ok(body.to_string())
}

fn kind(text: &str) -> Known<CollatorKind> {
	match (sum(text, SUBMITTED), sum(text, ASKED)) {
		(None, None) => Known::missing(
			"these are not the metrics of a collator's relay chain node: they have a port of their own",
		),
		(submitted, _) if submitted > Some(0.0) => {
			// The slot-based collator hands its collations over in the same way.
			Known::found(CollatorKind::Lookahead, format!("{SUBMITTED} is above 0"))
		},
		(_, asked) if asked > Some(0.0) => {
			Known::found(CollatorKind::Basic, format!("{ASKED} is above 0, {SUBMITTED} is 0"))
		},
		_ => Known::missing("it has made no collation yet"),
	}
}

/// The sum of all series of the metric `name`; none if there is no such metric.
fn sum(text: &str, name: &str) -> Option<f64> {
	let mut sum = None;
	for line in text.lines() {
		let Some(rest) = line.strip_prefix(name) else { continue };
		if rest.starts_with('{') || rest.starts_with(' ') {
			let value: Option<f64> = rest.rsplit(' ').next().and_then(|value| value.parse().ok());
			*sum.get_or_insert(0.0) += value.unwrap_or(0.0);
		}
	}
	sum
}

#[cfg(test)]
mod tests {
	use super::*;

	fn metrics(submitted: u32, asked: u32) -> String {
		format!(
			"# HELP x\n{SUBMITTED}{{chain=\"a\"}} {submitted}\n{ASKED}{{chain=\"a\"}} {asked}\n"
		)
	}

	#[test]
	fn collators_are_told_by_what_they_count() {
		assert_eq!(kind(&metrics(3, 0)).value, Some(CollatorKind::Lookahead));
		assert_eq!(kind(&metrics(0, 9)).value, Some(CollatorKind::Basic));
		assert_eq!(kind(&metrics(0, 0)).value, None);
		assert_eq!(kind("process_cpu_seconds_total 5\n").value, None);
	}

	#[test]
	fn a_metric_of_a_longer_name_is_another_one() {
		assert_eq!(sum("ab 1\nabc 2\nab{x=\"y\"} 4\n", "ab"), Some(5.0));
	}
}
