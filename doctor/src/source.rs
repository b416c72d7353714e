//! Finds the guide's items in the code of a runtime and a node: where each is, and what it says.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

//! By a parser of Rust, not by searching text: comments, strings and tests are not taken for configuration. Nothing is
//! resolved as a compiler would, so a constant is known by its name, and a type by the last parts of its path. Where a name
//! has several meanings, as by feature, the runtime's own directory decides, and if that has several, nothing is said.

use anyhow::ensure;
use anyhow::Context;
use anyhow::Result;
use quote::ToTokens;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::path::PathBuf;
use syn::parse::discouraged::Speculative;
use syn::parse::ParseStream;
use syn::parse::Parser;
use syn::spanned::Spanned;
use syn::visit::Visit;

/// How many files are looked at.
const FILES: usize = 20_000;
/// How large a file may be, in bytes.
const SIZE: u64 = 2 * 1024 * 1024;
/// Directories that hold no code that runs on a chain or in a node.
const SKIPPED: [&str; 10] = [
	"target",
	"node_modules",
	"tests",
	"integration-tests",
	"mock",
	"mocks",
	"benches",
	"examples",
	"fuzz",
	"weights",
];
/// The constants of the guide, by the names that it gives them.
const NAMED: [&str; 6] = [
	"UNINCLUDED_SEGMENT_CAPACITY",
	"BLOCK_PROCESSING_VELOCITY",
	"RELAY_CHAIN_SLOT_DURATION_MILLIS",
	"MILLISECS_PER_BLOCK",
	"SLOT_DURATION",
	"MAXIMUM_BLOCK_WEIGHT",
];
/// Units of execution time that runtimes import, in picoseconds.
const WEIGHTS: [(&str, u64); 6] = [
	("WEIGHT_REF_TIME_PER_SECOND", 1_000_000_000_000),
	("WEIGHT_REF_TIME_PER_MILLIS", 1_000_000_000),
	("WEIGHT_REF_TIME_PER_MICROS", 1_000_000),
	("WEIGHT_REF_TIME_PER_NANOS", 1000),
	("WEIGHT_PER_SECOND", 1_000_000_000_000),
	("WEIGHT_PER_MILLIS", 1_000_000_000),
];
/// Numbers that are hours, days and weeks of blocks of 12 or 6 s, if somebody wrote them down as such.
const LITERALS: [u64; 6] = [7200, 14_400, 50_400, 100_800, 216_000, 432_000];

/// Where something is, and what it says.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Place {
	/// The file, from the checkout's root.
	pub file: String,
	/// The line, from 1 on.
	pub line: usize,
	/// The code, on one line.
	pub code: String,
}

impl fmt::Display for Place {
	fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(out, "{}:{}: {}", self.file, self.line, self.code)
	}
}

/// The guide's items, as the checkout has them. None and empty are what was not found.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Source {
	/// How many files were read.
	pub files: usize,
	/// Files that are no Rust.
	pub unreadable: Vec<String>,
	/// The runtime's constants, by name.
	pub constants: BTreeMap<String, Place>,
	/// The constants that are known as a number.
	pub numbers: BTreeMap<String, u64>,
	/// The guide's constants that the runtime names, and no file of the checkout defines: where it does first.
	pub outside: BTreeMap<String, Place>,
	/// What is there more than once, and not alike, or once and by feature only: by its name.
	pub ambiguous: BTreeMap<String, Vec<Place>>,
	/// The pallets that are configured.
	pub configured: BTreeSet<String>,
	/// `parachain_system::Config::ConsensusHook`, behind its alias and within what wraps it.
	pub hook: Option<Place>,
	/// The numbers of that hook's parameters, as far as they are known: relay slot, velocity, capacity.
	pub hook_numbers: Vec<Option<u64>>,
	/// `parachain_system::Config::CheckAssociatedRelayNumber`.
	pub relay_check: Option<Place>,
	/// `AllowMultipleBlocksPerSlot`, of whichever pallet has it.
	pub several_per_slot: Option<Place>,
	/// `pallet_aura::Config::SlotDuration`.
	pub slot_duration: Option<Place>,
	/// `pallet_timestamp::Config::MinimumPeriod`, each of them: they may differ by feature.
	pub minimum_periods: Vec<Place>,
	/// `pallet_timestamp::Config::OnTimestampSet`.
	pub on_timestamp_set: Option<Place>,
	/// `pallet_session::Config::ShouldEndSession`.
	pub session_period: Option<Place>,
	/// `pallet_collator_selection::Config::KickThreshold`.
	pub kick_threshold: Option<Place>,
	/// `BlockNumberProvider` of each pallet's configuration, by the configuration's path.
	pub clocks: BTreeMap<String, Place>,
	/// The body of `AuraApi::slot_duration`.
	pub slot_duration_api: Option<Place>,
	/// The implementation of `AuraUnincludedSegmentApi`.
	pub unincluded_api: Option<Place>,
	/// Whether any runtime API is implemented.
	pub apis: bool,
	/// A macro that implements APIs, and no file of the checkout defines.
	pub foreign_apis: Option<Place>,
	/// `register_validate_block!`.
	pub validate_block: Option<Place>,
	/// `CheckInherents` in it.
	pub check_inherents: Option<Place>,
	/// The runtime's `spec_version`.
	pub spec_version: Option<Place>,
	/// Numbers that look like lengths of time in blocks.
	pub literals: Vec<Place>,
	/// The import of `ValidationCode` in a node.
	pub validation_code: Option<Place>,
	/// The database that is handed to the node's tasks.
	pub tasks_backend: Option<Place>,
	/// The database as a parameter of `start_consensus`.
	pub consensus_backend: Option<Place>,
	/// The import of each collator: its module's name, as in `lookahead`. `basic` may be the checkout's own.
	pub collators: BTreeMap<String, Place>,
	/// The collator's parameters.
	pub collator_params: Option<Place>,
	/// The names of their fields.
	pub collator_fields: Vec<String>,
	/// How long a block may be built for.
	pub authoring_duration: Option<Place>,
	/// The same, in milliseconds.
	pub authoring_ms: Option<u64>,
	/// The call that starts the collator.
	pub collator_run: Option<Place>,
}

impl Source {
	/// Whether there is a runtime in it.
	pub fn has_runtime(&self) -> bool {
		self.validate_block.is_some()
			|| self.slot_duration.is_some()
			|| self.configures(PARACHAIN_SYSTEM)
	}

	/// Whether there is a node in it.
	pub fn has_node(&self) -> bool {
		!self.collators.is_empty() || self.collator_params.is_some()
	}

	/// The number that the code at `place` is, as far as it can be told.
	pub fn number(&self, place: Option<&Place>) -> Option<u64> {
		evaluate(&syn::parse_str::<syn::Expr>(&place?.code).ok()?, &self.numbers)
	}

	/// The slot's duration, in milliseconds.
	pub fn slot_ms(&self) -> Option<u64> {
		self.get_type(self.slot_duration.as_ref()?)
	}

	/// The number in a type like `ConstU64<12000>`, or behind the name of a parameter.
	pub fn get_type(&self, place: &Place) -> Option<u64> {
		let ty: syn::Type = syn::parse_str(&place.code).ok()?;
		let syn::Type::Path(path) = ty else { return None };
		let last = path.path.segments.last()?;
		match &last.arguments {
			syn::PathArguments::None => self.numbers.get(&last.ident.to_string()).copied(),
			syn::PathArguments::AngleBracketed(arguments) => {
				argument(arguments.args.first()?, &self.numbers)
			},
			syn::PathArguments::Parenthesized(_) => None,
		}
	}

	/// What the hook is told, as its code has it: the relay chain's slot as a rule, velocity, capacity.
	pub fn hook_arguments(&self) -> Vec<String> {
		let hook = self.hook.as_ref().filter(|hook| hook.code.contains(FIXED_VELOCITY));
		hook.map(|hook| arguments(&hook.code)).unwrap_or_default()
	}

	/// What is behind the parameter that `place` names, or itself; nothing if that is there twice, and not alike.
	pub fn parameter<'a>(&'a self, place: &'a Place) -> Option<&'a Place> {
		let name = place.code.rsplit("::").next().unwrap_or_default();
		match self.ambiguous.contains_key(name) {
			true => None,
			false => Some(self.constants.get(name).unwrap_or(place)),
		}
	}

	/// Whether the pallet whose name ends so is configured.
	pub fn configures(&self, pallet: &str) -> bool {
		self.configured.iter().any(|name| name.ends_with(pallet))
	}

	/// Why `code` is no number that is known.
	pub fn unknown(&self, code: &str) -> String {
		let mut last = code.to_string();
		let parameter = self.constants.get(code).filter(|_| !is_constant(code));
		let mut code = parameter.map_or(code, |place| &place.code).to_string();
		// Constants may be made of others.
		for _ in 0..8 {
			let unknown = words(&code)
				.find(|word| is_constant(word) && !self.numbers.contains_key(*word))
				.map(str::to_string);
			let Some(name) = unknown else { break };
			if self.ambiguous.contains_key(&name) {
				return format!("{name} is defined more than once, and not alike");
			}
			match self.constants.get(&name) {
				Some(place) if !words(&place.code).any(|word| word == name) => {
					(code, last) = (place.code.clone(), name);
				},
				// One of the same name is imported.
				_ => return format!("{name} is defined outside of the checkout"),
			}
		}
		format!("{last} is no number that can be read")
	}
}

/// The words of `code`: names and numbers.
pub fn words(code: &str) -> impl Iterator<Item = &str> {
	code.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
		.filter(|word| !word.is_empty())
}

/// Whether `word` is written as constants are.
pub fn is_constant(word: &str) -> bool {
	word.len() > 1
		&& word.starts_with(|letter: char| letter.is_ascii_uppercase())
		&& word.chars().all(|letter| letter.is_ascii_uppercase() || "_0123456789".contains(letter))
}

/// The arguments of a type, but the first.
fn arguments(code: &str) -> Vec<String> {
	let Ok(syn::Type::Path(path)) = syn::parse_str(code) else { return vec![] };
	match path.path.segments.last().map(|segment| &segment.arguments) {
		Some(syn::PathArguments::AngleBracketed(arguments)) => {
			arguments.args.iter().skip(1).map(text).collect()
		},
		_ => vec![],
	}
}

/// Reads every Rust file below `root`. Fails if there is none, or if neither a runtime nor a node is in them.
pub fn read(root: &Path) -> Result<Source> {
	ensure!(root.is_dir(), "there is no directory {}: check --source", root.display());
	let mut files = vec![];
	rust_files(root, &mut files)?;
	files.sort();
	let mut reader = Reader::default();
	for path in files {
		let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
		let text = std::fs::read(&path).with_context(|| format!("reading {name}"))?;
		let parsed = std::str::from_utf8(&text).ok().and_then(|text| syn::parse_file(text).ok());
		reader.source.files += 1;
		match parsed {
			Some(file) => reader.file(&name, &file),
			None => reader.source.unreadable.push(name),
		}
	}
	let homes: Vec<&str> = reader.homes.iter().map(String::as_str).collect();
	ensure!(
		homes.len() < 2,
		"{} runtimes are below {}: name the directory of one, out of {}",
		homes.len(),
		root.display(),
		homes.join(", ")
	);
	let source = reader.finish();
	ensure!(
		source.has_runtime() || source.has_node(),
		"neither a parachain's runtime nor its node is in the {} Rust files below {}: check --source",
		source.files,
		root.display()
	);
	Ok(source)
}

fn rust_files(directory: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
	let reading = || format!("reading {}", directory.display());
	for entry in std::fs::read_dir(directory).with_context(reading)? {
		let entry = entry.with_context(reading)?;
		let kind = entry.file_type().with_context(reading)?;
		let name = entry.file_name().to_string_lossy().into_owned();
		// A link may lead round in a circle.
		if kind.is_dir() && !name.starts_with('.') && !SKIPPED.contains(&name.as_str()) {
			rust_files(&entry.path(), files)?;
		}
		let code = name.ends_with(".rs") && !["tests.rs", "mock.rs", "build.rs"].contains(&&*name);
		if kind.is_file() && code && entry.metadata().with_context(reading)?.len() <= SIZE {
			files.push(entry.path());
			ensure!(
				files.len() <= FILES,
				"there are more than {FILES} Rust files: name the chain's own"
			);
		}
	}
	Ok(())
}

/// A constant, as a file has it.
struct Constant {
	place: Place,
	value: syn::Expr,
	/// Whether a node has it.
	node: bool,
}

#[derive(Default)]
struct Reader {
	source: Source,
	name: String,
	/// Whether this file is of a runtime: only there a number is a number of blocks.
	runtime: bool,
	/// Whether it is of a node: its constants are not the runtime's, though some have the same name.
	node: bool,
	/// The directories with a parachain's runtime.
	homes: BTreeSet<String>,
	/// What configurations and APIs say, each time that they do.
	items: BTreeMap<String, Vec<Place>>,
	/// Types behind a name.
	aliases: BTreeMap<String, Vec<Place>>,
	constants: BTreeMap<String, Vec<Constant>>,
	/// Where the guide's constants are named.
	mentions: BTreeMap<String, Place>,
	/// What functions of the runtime say of the slot.
	functions: BTreeMap<String, Place>,
	/// Macros that the checkout defines: the file, and what they make.
	macros: BTreeMap<String, (String, proc_macro2::TokenStream)>,
	/// Macros that it calls.
	calls: BTreeMap<String, Place>,
	/// The databases that are handed to a node's tasks: a node may be started in several ways.
	tasks: Vec<Place>,
	/// The files that start a collator.
	starts: BTreeSet<String>,
	/// The file's imports.
	imports: Vec<Import>,
	/// The collators' parameters in the file that have no database: the path of their type.
	behind: Vec<(Vec<String>, Place)>,
	/// The calls that may start a collator, and whether nothing but the module's name `basic` says so.
	runs: Vec<(Place, bool)>,
}

/// One item of a `use`.
struct Import {
	/// Its name in the file.
	name: String,
	path: Vec<String>,
	place: Place,
}

impl Reader {
	fn file(&mut self, name: &str, file: &syn::File) {
		self.name = name.to_string();
		let tokens = file.to_token_stream();
		let text = tokens.to_string();
		// As tokens are printed, and no string is.
		self.runtime = text.contains("impl_runtime_apis !") || text.contains("parameter_types !");
		self.node = text.contains(" sc_");
		if !self.node {
			self.mention(tokens);
		}
		self.visit_file(file);
		self.own_basic();
	}

	fn place(&self, at: &impl Spanned, code: &impl ToTokens) -> Place {
		Place { file: self.name.clone(), line: at.span().start().line, code: text(code) }
	}

	/// Where the guide's constants are named: that of a `use` as well.
	fn mention(&mut self, tokens: proc_macro2::TokenStream) {
		for token in tokens {
			match token {
				proc_macro2::TokenTree::Group(group) => self.mention(group.stream()),
				proc_macro2::TokenTree::Ident(name) if NAMED.iter().any(|it| name == it) => {
					let place = self.place(&name, &name);
					self.mentions.entry(name.to_string()).or_insert(place);
				},
				_ => {},
			}
		}
	}

	fn finish(mut self) -> Source {
		self.expand();
		self.constants();
		self.source.hook = self.one("ConsensusHook").and_then(|hook| {
			// The configuration names the hook by an alias as a rule, and may wrap it.
			let found = self.fixed_velocity(&hook, 8);
			found.or_else(|| self.aliased("ConsensusHook", &hook))
		});
		let check = "CheckAssociatedRelayNumber";
		self.source.relay_check = self.one(check).and_then(|place| self.aliased(check, &place));
		self.source.several_per_slot = self.one("AllowMultipleBlocksPerSlot");
		self.source.slot_duration = self.one("SlotDuration");
		self.source.minimum_periods = self.at_home("MinimumPeriod");
		self.source.on_timestamp_set = self.one("OnTimestampSet");
		self.source.session_period = self.one("ShouldEndSession");
		self.source.kick_threshold = self.one("KickThreshold");
		self.source.slot_duration_api = self.one("slot_duration").map(|body| {
			let called = words(&body.code).find_map(|word| self.functions.get(word));
			called.cloned().unwrap_or(body)
		});
		self.source.unincluded_api = self.at_home(UNINCLUDED).into_iter().next();
		let by_feature = self.at_home("a feature's");
		if self.source.unincluded_api.is_none() && !by_feature.is_empty() {
			self.source.ambiguous.insert(UNINCLUDED.to_string(), by_feature);
		}
		self.source.spec_version = self.one("spec_version");
		let number = |code: &String| {
			let code: syn::GenericArgument = syn::parse_str(code).ok()?;
			argument(&code, &self.source.numbers)
		};
		let mut numbers: Vec<Option<u64>> =
			self.source.hook_arguments().iter().map(number).collect();
		// Nimbus has a hook of that name that takes no slot of the relay chain.
		if numbers.len() == 2 {
			numbers.insert(0, None);
		}
		self.source.hook_numbers = numbers;
		let beside =
			|files: &BTreeSet<String>| self.tasks.iter().find(|place| files.contains(&place.file));
		let params: BTreeSet<String> =
			self.source.collator_params.iter().map(|place| place.file.clone()).collect();
		self.source.tasks_backend =
			beside(&self.starts).or(beside(&params)).or(self.tasks.last()).cloned();
		let authoring = self.source.authoring_duration.as_ref();
		self.source.authoring_ms = authoring
			.and_then(|place| duration(&syn::parse_str(&place.code).ok()?, &self.source.numbers));
		// Anything may be called basic: the call counts where a collator is.
		let basic = self.source.collators.contains_key("basic");
		let runs = std::mem::take(&mut self.runs).into_iter();
		let run = runs.rev().find(|(_, unsure)| basic || !unsure);
		self.source.collator_run = run.map(|(place, _)| place);
		self.source.foreign_apis = self
			.calls
			.iter()
			.find(|(name, _)| {
				let apis = name.starts_with("impl_") && name.contains("_apis");
				apis && *name != "impl_runtime_apis" && !self.macros.contains_key(*name)
			})
			.map(|(_, place)| place.clone());
		self.source
	}

	/// What macros of the checkout make, where they are called.
	fn expand(&mut self) {
		let mut done = BTreeSet::new();
		while let Some(name) =
			self.calls.keys().find(|name| self.macros.contains_key(*name) && !done.contains(*name))
		{
			let name = name.clone();
			if let Some((file, tokens)) = self.macros.get(&name).cloned() {
				(self.name, self.runtime, self.node) = (file, true, false);
				self.read_items(tokens, false);
			}
			done.insert(name);
		}
	}

	/// The constants' places and numbers.
	fn constants(&mut self) {
		let weights = WEIGHTS.map(|(name, value)| (name.to_string(), value));
		self.source.numbers.extend(weights);
		let mut all = vec![];
		for (name, found) in &self.constants {
			let runtimes = found.iter().any(|constant| !constant.node);
			let found: Vec<&Constant> =
				found.iter().filter(|constant| constant.node != runtimes).collect();
			let is_home = |constant: &&Constant| self.homes.contains(package(&constant.place.file));
			let home = found.iter().any(is_home);
			let found: Vec<&Constant> =
				found.into_iter().filter(|constant| is_home(constant) == home).collect();
			if let (true, Some(first)) = (runtimes, found.first()) {
				self.source.constants.insert(name.clone(), first.place.clone());
			}
			all.push((name, found));
		}
		// They may be made of others, in any order.
		for _ in 0..8 {
			for (name, found) in &all {
				let numbers: BTreeSet<Option<u64>> = found
					.iter()
					.map(|constant| evaluate(&constant.value, &self.source.numbers))
					.collect();
				if let (1, Some(Some(number))) = (numbers.len(), numbers.first()) {
					self.source.numbers.insert((*name).clone(), *number);
				}
			}
		}
		let asked = |name: &String| {
			NAMED.contains(&name.as_str())
				|| self
					.items
					.values()
					.chain(self.aliases.values())
					.flatten()
					.any(|place| words(&place.code).any(|word| word == name))
		};
		for (name, found) in all {
			let codes: BTreeSet<&str> =
				found.iter().map(|constant| constant.place.code.as_str()).collect();
			if codes.len() > 1 && !self.source.numbers.contains_key(name) && asked(name) {
				let places = found.iter().map(|constant| constant.place.clone()).collect();
				self.source.ambiguous.insert(name.clone(), places);
			}
		}
		let outside = std::mem::take(&mut self.mentions).into_iter();
		self.source.outside =
			outside.filter(|(name, _)| !self.source.constants.contains_key(name)).collect();
	}

	/// Whether that is in the runtime's own directory.
	fn is_home(&self, place: &Place) -> bool {
		self.homes.contains(package(&place.file))
	}

	/// Those of `places` that are the runtime's own, if any are, and each but once.
	fn own(&self, places: &[Place]) -> Vec<Place> {
		let home = places.iter().any(|place| self.is_home(place));
		let mut own: Vec<Place> = vec![];
		for place in places.iter().filter(|place| !home || self.is_home(place)) {
			if !own.iter().any(|known| known.code == place.code) {
				own.push(place.clone());
			}
		}
		own
	}

	/// What the runtime has for an item.
	fn at_home(&self, item: &str) -> Vec<Place> {
		self.items.get(item).map(|places| self.own(places)).unwrap_or_default()
	}

	/// The same, if there is but one.
	fn one(&mut self, item: &str) -> Option<Place> {
		let mut places = self.at_home(item);
		if places.len() > 1 {
			self.source.ambiguous.insert(item.to_string(), places);
			return None;
		}
		places.pop()
	}

	/// What is behind `place`, if it is an alias, and else itself; nothing if there are several.
	fn aliased(&mut self, item: &str, place: &Place) -> Option<Place> {
		let name = place.code.rsplit("::").next().unwrap_or_default();
		let mut places = self.own(self.aliases.get(name).map_or(&[], Vec::as_slice));
		match places.len() {
			0 => Some(place.clone()),
			1 => places.pop(),
			_ => {
				self.source.ambiguous.insert(item.to_string(), places);
				None
			},
		}
	}

	/// The hook of fixed velocity in a type: itself, behind an alias, or within another.
	fn fixed_velocity(&self, place: &Place, depth: u32) -> Option<Place> {
		let ty: syn::Type = syn::parse_str(&place.code).ok()?;
		let syn::Type::Path(path) = ty else { return None };
		let last = path.path.segments.last()?;
		if last.ident == FIXED_VELOCITY {
			return Some(place.clone());
		}
		let depth = depth.checked_sub(1)?;
		match &last.arguments {
			syn::PathArguments::AngleBracketed(arguments) => arguments.args.iter().find_map(|it| {
				self.fixed_velocity(&Place { code: text(it), ..place.clone() }, depth)
			}),
			_ => match self.own(self.aliases.get(&last.ident.to_string())?).as_slice() {
				[one] => self.fixed_velocity(one, depth),
				_ => None,
			},
		}
	}

	/// A macro whose content is items, or is looked at for a word.
	fn read_macro(&mut self, call: &syn::Macro) {
		let Some(name) = call.path.segments.last().map(|segment| segment.ident.to_string()) else {
			return;
		};
		let here = self.place(call, &call.path);
		self.calls.entry(name.clone()).or_insert(here.clone());
		match name.as_str() {
			"register_validate_block" => {
				let inherents = call.tokens.clone().into_iter().find(
					|token| matches!(token, proc_macro2::TokenTree::Ident(ident) if ident == "CheckInherents"),
				);
				if let Some(token) = inherents {
					let line = token.span().start().line;
					let code = "CheckInherents".to_string();
					self.source.check_inherents = Some(Place { line, code, ..here.clone() });
				}
				self.homes.insert(package(&here.file).to_string());
				self.source.validate_block = Some(here);
			},
			// What a macro makes at compile time is no configuration.
			"quote" | "quote_spanned" | "parse_quote" => {},
			name => self.read_items(call.tokens.clone(), name == "parameter_types"),
		}
	}

	/// The items among `tokens`, whatever is between them.
	fn read_items(&mut self, tokens: proc_macro2::TokenStream, parameters: bool) {
		for item in items(tokens, parameters) {
			self.visit_item(&item);
		}
	}

	/// The associated types of a pallet's configuration.
	fn configuration(&mut self, pallet: &str, of: &syn::ItemImpl) {
		self.source.configured.insert(pallet.to_string());
		for item in &of.items {
			let syn::ImplItem::Type(item) = item else { continue };
			if is_left_out(&item.attrs) {
				continue;
			}
			let place = self.place(&item.ident, &item.ty);
			let name = item.ident.to_string();
			match (pallet, name.as_str()) {
				(pallet, "ConsensusHook" | "CheckAssociatedRelayNumber")
					if pallet.ends_with(PARACHAIN_SYSTEM) => {},
				(_, "AllowMultipleBlocksPerSlot")
				| (AURA, "SlotDuration")
				| ("pallet_timestamp", "MinimumPeriod" | "OnTimestampSet")
				| ("pallet_session", "ShouldEndSession")
				| ("pallet_collator_selection", "KickThreshold") => {},
				(_, "BlockNumberProvider") => {
					self.source.clocks.insert(pallet.to_string(), place);
					continue;
				},
				_ => continue,
			}
			self.items.entry(name).or_default().push(place);
		}
	}

	/// The functions of a runtime API.
	fn api(&mut self, name: &str, of: &syn::ItemImpl) {
		let functions = of.items.iter().filter_map(|item| match item {
			syn::ImplItem::Fn(function) => Some(function),
			_ => None,
		});
		// A node that is built without a runtime has one with nothing in it.
		if functions.clone().all(|function| {
			let body = text(&function.block);
			["{ unimplemented !", "{ unreachable !", "{ todo !"]
				.iter()
				.any(|it| body.starts_with(it))
		}) {
			return;
		}
		self.source.apis |= name.ends_with("Api") || name == "Core";
		// Nimbus has one of its own.
		if name.ends_with("UnincludedSegmentApi") {
			let path = of.trait_.as_ref().map(|(_, path, _)| path);
			let place = self.place(&of.impl_token, &path);
			let feature = of.attrs.iter().any(|it| text(&it.meta).starts_with("cfg(feature"));
			let item = if feature { "a feature's" } else { UNINCLUDED };
			self.items.entry(item.to_string()).or_default().push(place);
		}
		if name == "AuraApi" {
			for function in functions.filter(|function| function.sig.ident == "slot_duration") {
				let place = self.place(&function.sig.ident, &function.block);
				self.items.entry("slot_duration".to_string()).or_default().push(place);
			}
		}
	}

	/// The function that starts a collator.
	fn start(&mut self, signature: &syn::Signature) {
		if signature.ident == "start_consensus" {
			let backend = signature.inputs.iter().find(|input| text(*input).contains("backend"));
			if let Some(input) = backend {
				self.source.consensus_backend = Some(self.place(input, input));
			}
		}
	}

	/// A path that may name a collator.
	fn collator(&mut self, path: &[String], place: &Place) {
		if !path.iter().any(|part| part.contains("consensus")) {
			return;
		}
		let module = path.iter().position(|part| part == "collators");
		let collator = match module.and_then(|at| path.get(at + 1)).map(String::as_str) {
			Some(name @ ("basic" | "lookahead" | "slot_based")) => name,
			// What there was before the modules.
			_ if path.iter().any(|part| part == "AuraConsensus") => "AuraConsensus",
			_ => return,
		};
		self.source.collators.entry(collator.to_string()).or_insert(place.clone());
	}

	/// A basic collator that is not the SDK's, which has none since 2609: the parameters of a collator, without a database,
	/// are of a type in a module `basic`. Other modules of that name have none.
	fn own_basic(&mut self) {
		let imports = std::mem::take(&mut self.imports);
		for (path, place) in std::mem::take(&mut self.behind) {
			let behind_name = imports.iter().filter(|import| path.first() == Some(&import.name));
			let mut paths: Vec<Vec<String>> = behind_name
				.map(|import| [&import.path[..], path.get(1..).unwrap_or_default()].concat())
				.collect();
			paths.push(path.clone());
			let module = paths.iter().find_map(|path| match path.split_last() {
				Some((_, module)) if module.last().is_some_and(|last| last == "basic") => {
					Some(module)
				},
				_ => None,
			});
			if let Some(module) = module {
				let import = imports.iter().find(|import| import.path.starts_with(module));
				let place = import.map_or(place, |import| import.place.clone());
				self.source.collators.entry("basic".to_string()).or_insert(place);
			}
		}
	}
}

impl<'ast> Visit<'ast> for Reader {
	fn visit_item(&mut self, item: &'ast syn::Item) {
		let attributes: &[syn::Attribute] = match item {
			syn::Item::Const(item) => &item.attrs,
			syn::Item::Fn(item) => &item.attrs,
			syn::Item::Impl(item) => &item.attrs,
			syn::Item::Macro(item) => &item.attrs,
			syn::Item::Mod(item) => &item.attrs,
			syn::Item::Type(item) => &item.attrs,
			syn::Item::Use(item) => &item.attrs,
			_ => &[],
		};
		if !is_left_out(attributes) {
			syn::visit::visit_item(self, item);
		}
	}

	fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
		let place = self.place(&item.ident, &item.expr);
		let constant = Constant { place, value: (*item.expr).clone(), node: self.node };
		self.constants.entry(item.ident.to_string()).or_default().push(constant);
		if text(&item.ty).ends_with("RuntimeVersion") {
			if let syn::Expr::Struct(version) = &*item.expr {
				let field =
					version.fields.iter().find(|field| text(&field.member) == "spec_version");
				if let Some(field) = field {
					let place = self.place(field, &field.expr);
					self.items.entry("spec_version".to_string()).or_default().push(place);
				}
			}
		}
		syn::visit::visit_item_const(self, item);
	}

	fn visit_item_type(&mut self, item: &'ast syn::ItemType) {
		let place = self.place(&item.ident, &item.ty);
		self.aliases.entry(item.ident.to_string()).or_default().push(place);
		syn::visit::visit_item_type(self, item);
	}

	fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
		let names: Vec<String> = item.trait_.as_ref().map_or(vec![], |(_, path, _)| {
			path.segments.iter().map(|segment| segment.ident.to_string()).collect()
		});
		match names.as_slice() {
			// A pallet's own tests have another runtime.
			[.., last] if last == "Config" && text(&item.self_ty).starts_with("Test") => {},
			[.., pallet, last] if last == "Config" => self.configuration(pallet, item),
			[.., last] => self.api(last, item),
			[] => {},
		}
		syn::visit::visit_item_impl(self, item);
	}

	fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
		self.start(&item.sig);
		if item.sig.ident.to_string().ends_with("_slot_duration") {
			let place = self.place(&item.sig.ident, &item.block);
			self.functions.insert(item.sig.ident.to_string(), place);
		}
		syn::visit::visit_impl_item_fn(self, item);
	}

	fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
		match &item.ident {
			Some(name) if item.mac.path.is_ident("macro_rules") => {
				let tokens = item.mac.tokens.clone();
				self.macros.insert(name.to_string(), (self.name.clone(), tokens));
			},
			_ => self.read_macro(&item.mac),
		}
	}

	fn visit_macro(&mut self, call: &'ast syn::Macro) {
		self.read_macro(call);
	}

	fn visit_lit_int(&mut self, literal: &'ast syn::LitInt) {
		let known = literal.base10_parse::<u64>().is_ok_and(|number| LITERALS.contains(&number));
		if known && self.runtime {
			let place = self.place(literal, literal);
			self.source.literals.push(place);
		}
	}

	fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
		let mut names = vec![];
		imports(&item.tree, &mut vec![], &mut names);
		for (name, path) in names {
			let code = path.join("::");
			let place =
				Place { file: self.name.clone(), line: item.use_token.span().start().line, code };
			if path.last().is_some_and(|last| last == "ValidationCode") {
				self.source.validation_code = Some(place.clone());
			}
			self.collator(&path, &place);
			self.imports.push(Import { name, path, place });
		}
	}

	fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
		self.start(&item.sig);
		syn::visit::visit_item_fn(self, item);
	}

	fn visit_expr_struct(&mut self, item: &'ast syn::ExprStruct) {
		let field = |name: &str| item.fields.iter().find(|field| text(&field.member) == name);
		let name = item.path.segments.last().map(|segment| segment.ident.to_string());
		if name.as_deref() == Some("SpawnTasksParams") {
			if let Some(backend) = field("backend") {
				let place = self.place(backend, &backend.expr);
				self.tasks.push(place);
			}
		}
		// A collator's parameters, whatever they are called here: of several, those of one that builds ahead.
		let ahead = self.source.collator_fields.iter().any(|field| field == "para_backend");
		let params = field("para_client").is_some() && field("proposer").is_some();
		if params && field("para_backend").is_none() {
			let path = &item.path.segments;
			let path = path.iter().map(|segment| segment.ident.to_string()).collect();
			self.behind.push((path, self.place(item, &item.path)));
		}
		if params && (field("para_backend").is_some() || !ahead) {
			self.source.collator_params = Some(self.place(item, &item.path));
			self.source.collator_fields =
				item.fields.iter().map(|field| text(&field.member)).collect();
			if let Some(duration) = field("authoring_duration") {
				self.source.authoring_duration = Some(self.place(duration, &duration.expr));
			}
		}
		syn::visit::visit_expr_struct(self, item);
	}

	fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
		if let syn::Expr::Path(path) = &*call.func {
			let names: Vec<String> =
				path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
			let place = self.place(call, &path.path);
			self.collator(&names, &place);
			if names.last().is_some_and(|name| name == "start_consensus") {
				self.starts.insert(self.name.clone());
			}
			if let [.., module, function] = names.as_slice() {
				let collator =
					["aura", "lookahead", "slot_based"].iter().any(|it| module.contains(it));
				if (collator || module.contains("basic"))
					&& (function == "run" || function == "run_with_export")
				{
					let code = format!("{module}::{function}");
					self.runs.push((Place { code, ..place }, !collator));
				}
			}
		}
		syn::visit::visit_expr_call(self, call);
	}
}

/// The paths that a `use` imports, each with its name in the file.
fn imports(tree: &syn::UseTree, before: &mut Vec<String>, found: &mut Vec<(String, Vec<String>)>) {
	let (name, here) = match tree {
		syn::UseTree::Path(path) => {
			before.push(path.ident.to_string());
			imports(&path.tree, before, found);
			before.pop();
			return;
		},
		syn::UseTree::Group(group) => {
			for tree in &group.items {
				imports(tree, before, found);
			}
			return;
		},
		syn::UseTree::Name(name) => (&name.ident, &name.ident),
		syn::UseTree::Rename(name) => (&name.ident, &name.rename),
		syn::UseTree::Glob(_) => return,
	};
	let mut path = before.clone();
	if name != "self" {
		path.push(name.to_string());
	}
	let last = path.last().cloned().unwrap_or_default();
	let here = if here == "self" { last } else { here.to_string() };
	found.push((here, path));
}

/// Whether that is for tests or benchmarks only.
fn is_left_out(attributes: &[syn::Attribute]) -> bool {
	attributes.iter().any(|attribute| {
		let words = text(&attribute.meta);
		words == "test"
			|| words == "cfg(test)"
			|| words.starts_with("cfg(all(test")
			|| words == "cfg(feature = \"runtime-benchmarks\")"
	})
}

/// The directory that a file's `src` is in.
fn package(file: &str) -> &str {
	match file.rsplit_once("/src/") {
		Some((package, _)) => package,
		None if file.starts_with("src/") => "",
		None => file.rsplit_once('/').map_or("", |(directory, _)| directory),
	}
}

/// The items among `tokens`, and within braces among them.
fn items(tokens: proc_macro2::TokenStream, parameters: bool) -> Vec<syn::Item> {
	let all = |input: ParseStream| {
		let mut found = vec![];
		while !input.is_empty() {
			let ahead = input.fork();
			if let Ok(item) = ahead.parse::<syn::Item>() {
				input.advance_to(&ahead);
				found.push(item);
				continue;
			}
			let ahead = input.fork();
			if let (true, Ok(item)) = (parameters, parameter(&ahead)) {
				input.advance_to(&ahead);
				found.extend(item);
				continue;
			}
			if let proc_macro2::TokenTree::Group(group) = input.parse()? {
				if group.delimiter() == proc_macro2::Delimiter::Brace {
					found.extend(items(group.stream(), parameters));
				}
			}
		}
		syn::Result::Ok(found)
	};
	all.parse2(tokens).unwrap_or_default()
}

/// A parameter that is no item, as a constant; none where it may be set while the chain runs.
fn parameter(input: ParseStream) -> syn::Result<Option<syn::Item>> {
	let attrs = input.call(syn::Attribute::parse_outer)?;
	let vis: syn::Visibility = input.parse()?;
	let set = input.peek2(syn::Ident) && input.parse::<syn::Ident>()? == "storage";
	let ident: syn::Ident = input.parse()?;
	let colon_token = input.parse()?;
	let ty = input.parse()?;
	let eq_token = input.parse()?;
	let expr = input.parse()?;
	let constant = syn::ItemConst {
		attrs,
		vis,
		const_token: Default::default(),
		ident,
		generics: Default::default(),
		colon_token,
		ty,
		eq_token,
		expr,
		semi_token: input.parse()?,
	};
	Ok((!set).then_some(syn::Item::Const(constant)))
}

/// `code` on one line, without the spaces that tokens have between them.
fn text(code: &impl ToTokens) -> String {
	let tokens = code.to_token_stream().to_string();
	let mut text = tokens.split_whitespace().collect::<Vec<_>>().join(" ");
	for (with, without) in [
		(" :: ", "::"),
		(":: ", "::"),
		(" ::", "::"),
		(" < ", "<"),
		("< ", "<"),
		(" <", "<"),
		(" >", ">"),
		(" ,", ","),
		(",>", ">"),
		(" : ", ": "),
		(" ;", ";"),
		(" (", "("),
		("( ", "("),
		(" )", ")"),
		(" . ", "."),
		("& ", "&"),
	] {
		text = text.replace(with, without);
	}
	text
}

/// The hook of the guide.
pub const FIXED_VELOCITY: &str = "FixedVelocityConsensusHook";
/// The API that says whether to build.
pub const UNINCLUDED: &str = "AuraUnincludedSegmentApi";
/// What the name of the hook's pallet ends with.
pub const PARACHAIN_SYSTEM: &str = "parachain_system";
/// The pallet of the slot.
pub const AURA: &str = "pallet_aura";

/// The number that `value` is, where it is made of numbers, constants and their products; of a weight, its execution time.
fn evaluate(value: &syn::Expr, known: &BTreeMap<String, u64>) -> Option<u64> {
	match value {
		syn::Expr::Lit(literal) => match &literal.lit {
			syn::Lit::Int(number) => number.base10_parse().ok(),
			_ => None,
		},
		syn::Expr::Path(path) => known.get(&path.path.segments.last()?.ident.to_string()).copied(),
		syn::Expr::Paren(inner) => evaluate(&inner.expr, known),
		syn::Expr::Group(inner) => evaluate(&inner.expr, known),
		syn::Expr::Cast(cast) => evaluate(&cast.expr, known),
		syn::Expr::Block(block) => match block.block.stmts.as_slice() {
			[syn::Stmt::Expr(value, None)] => evaluate(value, known),
			_ => None,
		},
		syn::Expr::Binary(binary) => {
			let left = evaluate(&binary.left, known)?;
			let right = evaluate(&binary.right, known)?;
			match binary.op {
				syn::BinOp::Mul(_) => left.checked_mul(right),
				syn::BinOp::Div(_) => left.checked_div(right),
				syn::BinOp::Add(_) => left.checked_add(right),
				syn::BinOp::Sub(_) => left.checked_sub(right),
				_ => None,
			}
		},
		syn::Expr::MethodCall(call) => {
			let left = evaluate(&call.receiver, known)?;
			let right = || evaluate(call.args.first()?, known);
			match call.method.to_string().as_str() {
				"saturating_mul" => Some(left.saturating_mul(right()?)),
				"saturating_div" => left.checked_div(right()?),
				"saturating_sub" => Some(left.saturating_sub(right()?)),
				"saturating_add" => Some(left.saturating_add(right()?)),
				"set_proof_size" | "into" => Some(left),
				_ => None,
			}
		},
		// Of a weight, the execution time.
		syn::Expr::Call(call) => match &*call.func {
			syn::Expr::Path(path)
				if ["from_parts", "from_ref_time"]
					.iter()
					.any(|it| path.path.segments.last().is_some_and(|last| last.ident == it)) =>
			{
				evaluate(call.args.first()?, known)
			},
			_ => None,
		},
		_ => None,
	}
}

/// The number that a type's argument is.
fn argument(argument: &syn::GenericArgument, known: &BTreeMap<String, u64>) -> Option<u64> {
	match argument {
		syn::GenericArgument::Const(value) => evaluate(value, known),
		// A constant's name looks like a type's.
		syn::GenericArgument::Type(syn::Type::Path(path)) => {
			known.get(&path.path.segments.last()?.ident.to_string()).copied()
		},
		_ => None,
	}
}

/// The milliseconds of an expression like `Duration::from_millis(500)`.
fn duration(value: &syn::Expr, known: &BTreeMap<String, u64>) -> Option<u64> {
	let syn::Expr::Call(call) = value else { return None };
	let syn::Expr::Path(path) = &*call.func else { return None };
	let number = evaluate(call.args.first()?, known)?;
	match path.path.segments.last()?.ident.to_string().as_str() {
		"from_millis" => Some(number),
		"from_secs" => number.checked_mul(1000),
		_ => None,
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn of(text: &str) -> Result<Source> {
		let mut reader = Reader::default();
		reader.file("lib.rs", &syn::parse_file(text)?);
		Ok(reader.finish())
	}

	#[test]
	fn constants_are_numbers_through_others() -> Result<()> {
		let source = of("pub const HOURS: u32 = 60 * MINUTES;
			pub const MINUTES: u32 = (60_000 / MILLISECS_PER_BLOCK) as u32;
			pub const MILLISECS_PER_BLOCK: u64 = 12000;")?;
		assert_eq!(source.numbers.get("HOURS"), Some(&300));
		assert_eq!(source.constants.get("MINUTES").map(|place| place.line), Some(2));
		Ok(())
	}

	#[test]
	fn a_nodes_constant_is_not_the_runtimes() -> Result<()> {
		let mut reader = Reader::default();
		reader.file(
			"node.rs",
			&syn::parse_file("use sc_service; const SLOT: u32 = 1; const A: u32 = 5;")?,
		);
		reader.file("runtime.rs", &syn::parse_file("const SLOT: u32 = 2;")?);
		reader.file("node.rs", &syn::parse_file("use sc_service; const SLOT: u32 = 3;")?);
		let source = reader.finish();
		assert_eq!(source.constants.get("SLOT").map(|place| place.code.as_str()), Some("2"));
		assert_eq!((source.numbers.get("SLOT"), source.numbers.get("A")), (Some(&2), Some(&5)));
		assert_eq!(source.constants.get("A"), None);
		Ok(())
	}

	#[test]
	fn the_hook_is_found_behind_its_alias() -> Result<()> {
		let source = of("const V: u32 = 1;
			type Hook = aura_ext::FixedVelocityConsensusHook<Runtime, 6000, V, { 1 + 2 }>;
			impl cumulus_pallet_parachain_system::Config for Runtime { type ConsensusHook = Hook; }")?;
		assert_eq!(source.hook_numbers, [Some(6000), Some(1), Some(3)]);
		assert_eq!(source.hook.map(|place| place.line), Some(2));
		Ok(())
	}

	#[test]
	fn comments_strings_and_tests_are_no_configuration() -> Result<()> {
		let source = of(r#"// type CheckAssociatedRelayNumber = RelayNumberStrictlyIncreases;
			const TEXT: &str = "impl parachain_system::Config for Runtime { type ConsensusHook = X; }";
			#[cfg(test)]
			mod tests { impl pallet_aura::Config for Runtime { type SlotDuration = ConstU64<1>; } }"#)?;
		assert_eq!((source.relay_check, source.hook, source.slot_duration), (None, None, None));
		Ok(())
	}

	#[test]
	fn check_inherents_is_found_at_its_line() -> Result<()> {
		let source = of("cumulus_pallet_parachain_system::register_validate_block! {
			Runtime = Runtime,
			CheckInherents = CheckInherents,
		}")?;
		assert_eq!(source.check_inherents.map(|place| place.line), Some(3));
		assert!(source.validate_block.is_some());
		let without = of("register_validate_block! { Runtime = Runtime }")?;
		assert_eq!(without.check_inherents, None);
		Ok(())
	}

	#[test]
	fn literals_count_in_a_runtime_only() -> Result<()> {
		let runtime = "parameter_types! { pub const Days: u32 = 14_400; }";
		assert_eq!(of(runtime)?.literals.len(), 1);
		assert_eq!(of("const PORT: u32 = 14_400;")?.literals.len(), 0);
		Ok(())
	}

	#[test]
	fn a_directory_without_a_chain_is_an_error() -> Result<()> {
		let empty = tempfile::tempdir()?;
		assert!(read(empty.path()).is_err());
		assert!(read(&empty.path().join("nothing")).is_err());
		std::fs::write(empty.path().join("lib.rs"), "fn main() {}")?;
		let said = read(empty.path()).map_err(|error| error.to_string());
		assert!(said.is_err_and(|said| said.contains("1 Rust files")));
		Ok(())
	}
}
