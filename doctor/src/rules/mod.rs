//! What can be wrong with a chain on its way: one rule per problem, each a pure function of the facts.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

mod blocks;
mod checkout;
mod clocks;
mod collators;
mod relay;
mod runtime;

use crate::facts::Facts;
use crate::steps::steps;
use crate::steps::Status;
use serde::Deserialize;
use serde::Serialize;
use std::fmt;

/// How bad it is.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
	/// Blocks are lost, or will be.
	Error,
	/// Something is not as it should be, or will not be after the next phase.
	Warning,
	/// To be known, and no reason for another exit code.
	Note,
}

impl fmt::Display for Severity {
	fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
		out.write_str(match self {
			Severity::Error => "error",
			Severity::Warning => "warning",
			Severity::Note => "note",
		})
	}
}

/// A problem, and how it is recognised.
pub struct Rule {
	/// Its name; it is never changed, and never used for another problem.
	pub id: &'static str,
	/// How bad it is.
	pub severity: Severity,
	/// What it is, in one sentence.
	pub sentence: &'static str,
	/// What to do.
	pub remedy: &'static str,
	/// Where in `docs/guide/` it is explained.
	pub guide: &'static str,
	/// What says that it is there, one sentence each; nothing where it is not, or cannot be told.
	pub check: fn(&Facts) -> Vec<String>,
}

/// A problem that was found.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Finding {
	/// The rule's name.
	pub rule: String,
	/// How bad it is.
	pub severity: Severity,
	/// What it is, in one sentence.
	pub sentence: String,
	/// What says so.
	pub evidence: Vec<String>,
	/// What to do.
	pub remedy: String,
	/// The page of the guide.
	pub guide: String,
}

/// All rules.
pub fn all() -> Vec<&'static Rule> {
	[runtime::RULES, relay::RULES, collators::RULES, blocks::RULES, clocks::RULES, checkout::RULES]
		.into_iter()
		.flatten()
		.collect()
}

/// What is wrong by `facts`, the worst first.
pub fn judge(facts: &Facts) -> Vec<Finding> {
	let mut findings: Vec<Finding> = all()
		.into_iter()
		.filter_map(|rule| {
			let evidence = (rule.check)(facts);
			(!evidence.is_empty()).then(|| Finding {
				rule: rule.id.to_string(),
				severity: rule.severity,
				sentence: rule.sentence.to_string(),
				evidence,
				remedy: rule.remedy.to_string(),
				guide: format!("docs/guide/{}", rule.guide),
			})
		})
		.collect();
	findings.sort_by_key(|finding| finding.severity);
	findings
}

/// Whether blocks will come faster than they do: step 3.3 is not done.
fn before_phase_3(facts: &Facts) -> bool {
	steps(facts).iter().any(|step| step.id == "3.3" && step.status == Status::NotDone)
}

/// Whether several blocks may be under way, by the chain: what phase 3 is about.
fn several_under_way(facts: &Facts) -> bool {
	facts.para.as_ref().is_some_and(|para| {
		let capacity = para.capacity.get().is_some_and(|bounds| bounds.at_least > 1);
		capacity && para.several_per_slot.get() != Some(false)
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::examples;
	use crate::examples::known;
	use crate::facts::Bounds;
	use crate::facts::Clock;
	use crate::facts::ClockKind;
	use crate::facts::Collator;
	use crate::facts::CollatorKind;
	use crate::facts::Counts;
	use crate::facts::Known;
	use crate::facts::Para;
	use crate::facts::Relay;
	use crate::facts::RelayCheck;
	use crate::facts::Watch;
	use crate::source::Place;
	use crate::source::Source;
	use std::collections::BTreeMap;
	use std::collections::BTreeSet;

	/// A rule, facts that it has something to say of, and facts as near to them as can be that it has not.
	type Case = (&'static str, Facts, Facts);

	fn para(mut facts: Facts, change: impl FnOnce(&mut Para)) -> Facts {
		if let Some(para) = &mut facts.para {
			change(para);
		}
		facts
	}

	fn relay(mut facts: Facts, change: impl FnOnce(&mut Relay)) -> Facts {
		if let Some(relay) = &mut facts.relay {
			change(relay);
		}
		facts
	}

	fn watch(mut facts: Facts, change: impl FnOnce(&mut Watch)) -> Facts {
		change(&mut facts.watch);
		facts
	}

	fn source(mut facts: Facts, change: impl FnOnce(&mut Source)) -> Facts {
		let mut source = Source {
			validate_block: Some(place("register_validate_block")),
			slot_duration: Some(place("ConstU64<SLOT_DURATION>")),
			configured: BTreeSet::from(["pallet_aura".to_string()]),
			..Source::default()
		};
		change(&mut source);
		facts.source = Some(source);
		facts
	}

	fn place(code: &str) -> Place {
		Place { file: "runtime/src/lib.rs".to_string(), line: 7, code: code.to_string() }
	}

	fn heights(kind: ClockKind, counts: Known<Counts>) -> impl FnOnce(&mut Para) {
		move |para| {
			para.clocks = vec![Clock {
				kind,
				pallet: "Example".to_string(),
				entry: "Heights".to_string(),
				stored: 3,
				more: false,
				period: None,
				lowest: Some(10),
				highest: Some(900),
				counts,
			}]
		}
	}

	fn kick(para: &mut Para) {
		para.clocks = vec![Clock {
			kind: ClockKind::Kick,
			pallet: "CollatorSelection".to_string(),
			entry: "KickThreshold".to_string(),
			stored: 0,
			more: false,
			period: Some(1800),
			lowest: None,
			highest: None,
			counts: Known::missing("x"),
		}];
	}

	fn nodes(mut facts: Facts, first: &str, second: &str) -> Facts {
		if let Some(para) = &mut facts.para {
			para.node = first.to_string();
		}
		facts.collators = vec![Collator { node: Some(second.to_string()), ..Collator::default() }];
		facts
	}

	/// A chain whose heights are the kind's, before phase 3; one whose heights are the relay chain's.
	fn clock(id: &'static str, kind: ClockKind) -> Case {
		(
			id,
			para(examples::phase_1(), heights(kind, known(Counts::Parachain))),
			para(examples::phase_1(), heights(kind, known(Counts::Relay))),
		)
	}

	fn cases() -> Vec<Case> {
		let with_kinds = examples::with_collators;
		vec![
			(
				"strict-relay-check",
				para(examples::phase_1(), |it| it.relay_check = known(RelayCheck::Strict)),
				// Before phase 1 it is as it should be.
				examples::sync(),
			),
			(
				"minimum-period",
				para(examples::phase_3(), |it| it.minimum_period = known(6000)),
				para(examples::phase_3(), |it| it.minimum_period = known(0)),
			),
			(
				"slot-mismatch",
				para(examples::phase_3(), |it| it.slot_duration_api = known(12_000)),
				para(examples::phase_3(), |it| it.slot_duration_pallet = Known::missing("x")),
			),
			(
				"slot-raised",
				source(examples::phase_3(), |it| {
					it.numbers = BTreeMap::from([("SLOT_DURATION".to_string(), 12_000)]);
				}),
				source(examples::phase_1(), |it| {
					it.numbers = BTreeMap::from([("SLOT_DURATION".to_string(), 6000)]);
				}),
			),
			(
				"weight-above-authoring",
				source(examples::phase_3(), |it| it.authoring_ms = Some(500)),
				source(examples::phase_3(), |it| it.authoring_ms = Some(1500)),
			),
			(
				"upgrade-pending",
				para(examples::sync(), |it| it.upgrade_pending = known(true)),
				para(examples::sync(), |it| it.upgrade_pending = Known::missing("x")),
			),
			(
				"capacity-above-relay",
				relay(examples::phase_3(), |it| it.active = examples::parameters(1)),
				// The guide's own.
				relay(examples::phase_3(), |it| it.active = examples::parameters(2)),
			),
			(
				"not-scheduled",
				relay(examples::phase_3(), |it| it.cores = known(0)),
				relay(examples::phase_3(), |it| it.cores = Known::missing("x")),
			),
			(
				"mixed-collators",
				nodes(examples::phase_1(), "node 1.0", "node 1.1"),
				nodes(examples::phase_1(), "node 1.0", "node 1.0"),
			),
			(
				"old-collators",
				with_kinds(examples::phase_3(), &[CollatorKind::Basic]),
				with_kinds(examples::phase_1(), &[CollatorKind::Basic]),
			),
			(
				"chain-stands",
				watch(examples::phase_3(), |it| it.live = 9),
				watch(examples::phase_3(), |it| (it.live, it.wanted) = (0, 0)),
			),
			(
				"blocks-late",
				watch(examples::phase_3(), |it| {
					it.blocks.iter_mut().for_each(|block| block.timestamp_ms *= 3);
				}),
				// One late block is none to speak of.
				watch(examples::phase_3(), |it| {
					if let Some(last) = it.blocks.last_mut() {
						last.timestamp_ms += 12_000;
					}
				}),
			),
			(
				"thrown-away",
				watch(examples::phase_3(), |it| it.announced = known(23)),
				watch(examples::phase_3(), |it| it.announced = Known::missing("x")),
			),
			(
				"watch-ended",
				watch(examples::phase_3(), |it| it.trouble = Some("lost".to_string())),
				examples::phase_3(),
			),
			clock("clock-vesting", ClockKind::Vesting),
			clock("clock-scheduler", ClockKind::Scheduler),
			clock("clock-voting", ClockKind::Voting),
			clock("clock-referenda", ClockKind::Referenda),
			clock("clock-proxy", ClockKind::Proxy),
			("clock-periods", para(examples::phase_1(), kick), para(examples::phase_3(), kick)),
			(
				"clock-session",
				source(examples::phase_1(), |it| {
					it.kick_threshold = Some(place("ConstU32<1800>"));
				}),
				source(examples::phase_1(), |it| {
					it.kick_threshold = Some(place("ConstU32<PERIOD>"));
					it.constants = BTreeMap::from([
						("PERIOD".to_string(), place("6 * HOURS")),
						("HOURS".to_string(), place("(3_600_000 / MILLISECS_PER_BLOCK) as u32")),
						("MILLISECS_PER_BLOCK".to_string(), place("12000")),
					]);
				}),
			),
			(
				"literal-durations",
				source(examples::phase_1(), |it| it.literals = vec![place("14_400")]),
				source(examples::phase_1(), |_| {}),
			),
			(
				"check-inherents",
				source(examples::phase_1(), |it| {
					it.check_inherents = Some(place("CheckInherents"));
				}),
				source(examples::phase_1(), |_| {}),
			),
			(
				"slot-from-minimum-period",
				source(examples::phase_1(), |it| {
					it.slot_duration = Some(place("pallet_aura::MinimumPeriodTimesTwo<Runtime>"));
				}),
				source(examples::phase_1(), |_| {}),
			),
			(
				"no-time-check",
				source(examples::phase_1(), |it| it.on_timestamp_set = Some(place("()"))),
				source(examples::phase_1(), |it| it.on_timestamp_set = Some(place("Aura"))),
			),
		]
	}

	fn found(facts: &Facts) -> Vec<String> {
		judge(facts).into_iter().map(|finding| finding.rule).collect()
	}

	#[test]
	fn each_rule_finds_its_problem_and_nothing_where_there_is_none() {
		for (id, with, without) in cases() {
			let found_with = found(&with);
			assert!(found_with.iter().any(|it| it == id), "{id} does not find it: {found_with:?}");
			let found_without = found(&without);
			assert!(!found_without.iter().any(|it| it == id), "{id} finds it where it is not");
		}
	}

	#[test]
	fn each_rule_is_tested_and_named_once() {
		let tested: BTreeSet<&str> = cases().iter().map(|(id, _, _)| *id).collect();
		let named: Vec<&str> = all().iter().map(|rule| rule.id).collect();
		let names: BTreeSet<&str> = named.iter().copied().collect();
		assert_eq!(named.len(), names.len());
		assert_eq!(tested, names);
	}

	#[test]
	fn healthy_chains_have_no_findings() {
		for facts in [examples::sync(), examples::phase_1(), examples::phase_3()] {
			assert_eq!(found(&facts), Vec::<String>::new());
		}
		assert_eq!(found(&Facts::default()), Vec::<String>::new());
		let unknown = Facts { para: Some(Para::default()), ..Facts::default() };
		assert_eq!(found(&unknown), Vec::<String>::new());
	}

	#[test]
	fn each_page_that_a_rule_names_has_its_heading() -> anyhow::Result<()> {
		let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/guide");
		let steps = steps(&Facts::default());
		let of_steps = steps.iter().filter_map(|step| step.guide.strip_prefix("docs/guide/"));
		for guide in all().iter().map(|rule| rule.guide).chain(of_steps) {
			let (page, heading) = guide.split_once('#').unwrap_or((guide, ""));
			let text = std::fs::read_to_string(format!("{root}/{page}"))?;
			let anchors = text.lines().filter(|line| line.starts_with('#')).map(|line| {
				let name = line.trim_start_matches('#').trim().to_lowercase();
				let kept = |letter: &char| letter.is_alphanumeric() || " -_".contains(*letter);
				name.chars().filter(kept).collect::<String>().replace(' ', "-")
			});
			assert!(
				heading.is_empty() || anchors.into_iter().any(|anchor| anchor == heading),
				"{guide} is no heading"
			);
		}
		Ok(())
	}

	#[test]
	fn each_rule_is_in_the_documentation() -> anyhow::Result<()> {
		let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/doctor.md");
		let text = std::fs::read_to_string(page)?;
		for rule in all() {
			let row = format!("| `{}` | {} |", rule.id, rule.severity);
			assert!(text.contains(&row), "docs/doctor.md has no row {row}");
		}
		Ok(())
	}

	#[test]
	fn several_cores_take_several_blocks() {
		// Twelve blocks on each relay parent, in bundles of four.
		let fast = watch(examples::phase_3(), |it| {
			it.blocks.iter_mut().for_each(|block| block.relay_parent = block.number / 12);
		});
		let fast = para(fast, |it| it.capacity = known(Bounds { at_least: 36, at_most: None }));
		let on_cores = |count: u32| relay(fast.clone(), |it| it.cores = known(count));
		assert_eq!(found(&on_cores(3)), Vec::<String>::new());
		let few = relay(on_cores(3), |it| it.active = examples::parameters(1));
		assert_eq!(found(&few), ["capacity-above-relay"]);
	}

	#[test]
	fn the_minimum_period_goes_by_the_velocity() {
		let of = |velocity: u64, period: &str| {
			source(Facts::default(), |it| {
				it.slot_duration = Some(place("ConstU64<6000>"));
				it.several_per_slot = Some(place("ConstBool<true>"));
				it.hook_numbers = vec![Some(6000), Some(velocity), Some(3 * velocity)];
				it.minimum_periods = vec![place(period)];
			})
		};
		assert_eq!(found(&of(1, "ConstU64<3000>")), Vec::<String>::new());
		assert_eq!(found(&of(3, "ConstU64<3000>")), ["minimum-period"]);
		assert_eq!(found(&of(3, "ConstU64<0>")), Vec::<String>::new());
	}

	#[test]
	fn a_kick_threshold_that_the_checkout_derives_is_no_finding() {
		let facts = source(para(examples::phase_1(), kick), |it| {
			it.kick_threshold = Some(place("ConstU32<PERIOD>"));
			it.constants =
				BTreeMap::from([("PERIOD".to_string(), place("3_600_000 / MILLISECS_PER_BLOCK"))]);
		});
		assert_eq!(found(&facts), Vec::<String>::new());
	}

	#[test]
	fn the_worst_comes_first() {
		let facts = para(examples::phase_1(), |it| {
			it.upgrade_pending = known(true);
			it.relay_check = known(RelayCheck::Strict);
		});
		assert_eq!(found(&facts), ["strict-relay-check", "upgrade-pending"]);
	}
}
