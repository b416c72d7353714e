//! Finds the guide's items in the code of a runtime and a node: where each is, and what it says.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

//! By a parser of Rust, not by searching text: comments, strings and tests are not taken for configuration. Nothing is
//! resolved as a compiler would, so a constant is known by its name, and a type by the last parts of its path.

use anyhow::ensure;
use anyhow::Context;
use anyhow::Result;
use quote::ToTokens;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::path::PathBuf;
use syn::spanned::Spanned;
use syn::visit::Visit;

/// How many files are looked at.
const FILES: usize = 20_000;
/// How large a file may be, in bytes.
const SIZE: u64 = 2 * 1024 * 1024;
/// Directories that hold no code that runs on a chain or in a node.
const SKIPPED: [&str; 7] =
	["target", "node_modules", "tests", "benches", "examples", "fuzz", "weights"];
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
	/// `parachain_system::Config::ConsensusHook`, behind its alias.
	pub hook: Option<Place>,
	/// The numbers of that hook's parameters, as far as they are known: relay slot, velocity, capacity.
	pub hook_numbers: Vec<Option<u64>>,
	/// `parachain_system::Config::CheckAssociatedRelayNumber`.
	pub relay_check: Option<Place>,
	/// `pallet_aura::Config::AllowMultipleBlocksPerSlot`.
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
	/// The import of each collator: its module's name, as in `lookahead`.
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
		self.validate_block.is_some() || self.slot_duration.is_some()
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
		let place = self.slot_duration.as_ref()?;
		self.get_type(place).or_else(|| self.numbers.get("SLOT_DURATION").copied())
	}

	/// The number in a type like `ConstU64<12000>`.
	pub fn get_type(&self, place: &Place) -> Option<u64> {
		let ty: syn::Type = syn::parse_str(&place.code).ok()?;
		let syn::Type::Path(path) = ty else { return None };
		let syn::PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments
		else {
			return None;
		};
		argument(arguments.args.first()?, &self.numbers)
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

#[derive(Default)]
struct Reader {
	source: Source,
	name: String,
	/// Whether this file is of a runtime: only there a number is a number of blocks.
	runtime: bool,
	/// Whether it is of a node: its constants are not the runtime's, though some have the same name.
	node: bool,
	/// Types behind a name.
	aliases: BTreeMap<String, Place>,
	/// Constants, each with what it is made of, and whether a node has it.
	values: BTreeMap<String, (syn::Expr, bool)>,
	/// The databases that are handed to a node's tasks: a node may be started in several ways.
	tasks: Vec<Place>,
}

impl Reader {
	fn file(&mut self, name: &str, file: &syn::File) {
		self.name = name.to_string();
		let text = file.to_token_stream().to_string();
		// As tokens are printed, and no string is.
		self.runtime = text.contains("impl_runtime_apis !") || text.contains("parameter_types !");
		self.node = text.contains(" sc_");
		self.visit_file(file);
	}

	fn place(&self, at: &impl Spanned, code: &impl ToTokens) -> Place {
		Place { file: self.name.clone(), line: at.span().start().line, code: text(code) }
	}

	fn finish(mut self) -> Source {
		self.source.numbers.insert("WEIGHT_REF_TIME_PER_SECOND".to_string(), 1_000_000_000_000);
		// Constants may be made of others, in any order.
		for _ in 0..8 {
			for (name, (value, _)) in &self.values {
				if let Some(number) = evaluate(value, &self.source.numbers) {
					self.source.numbers.insert(name.clone(), number);
				}
			}
		}
		// The configuration names the hook by an alias as a rule.
		if let Some(hook) = &self.source.hook {
			let name = hook.code.rsplit("::").next().unwrap_or_default();
			if let Some(alias) = self.aliases.get(name) {
				self.source.hook = Some(alias.clone());
			}
		}
		let hook = self.source.hook.as_ref().map(|hook| hook.code.clone());
		if let Some(syn::Type::Path(path)) = hook.and_then(|code| syn::parse_str(&code).ok()) {
			if let Some(syn::PathArguments::AngleBracketed(arguments)) =
				path.path.segments.last().map(|segment| &segment.arguments)
			{
				let numbers = &self.source.numbers;
				self.source.hook_numbers =
					arguments.args.iter().skip(1).map(|one| argument(one, numbers)).collect();
			}
		}
		let file = self.source.collator_params.as_ref().map(|place| place.file.clone());
		let beside = self.tasks.iter().find(|place| Some(&place.file) == file.as_ref());
		self.source.tasks_backend = beside.or(self.tasks.last()).cloned();
		let authoring = self.source.authoring_duration.as_ref();
		self.source.authoring_ms = authoring
			.and_then(|place| duration(&syn::parse_str(&place.code).ok()?, &self.source.numbers));
		self.source
	}

	/// A macro whose content is items, or is looked at for a word.
	fn read_macro(&mut self, call: &syn::Macro) {
		let Some(name) = call.path.segments.last().map(|segment| segment.ident.to_string()) else {
			return;
		};
		match name.as_str() {
			"impl_runtime_apis" | "parameter_types" => {
				// What is no item there, as a parameter that is `storage`, is nothing of the guide's.
				if let Ok(file) = syn::parse2::<syn::File>(call.tokens.clone()) {
					self.visit_file(&file);
				}
			},
			"register_validate_block" => {
				let here = self.place(call, &call.path);
				let inherents = call.tokens.clone().into_iter().find(
					|token| matches!(token, proc_macro2::TokenTree::Ident(ident) if ident == "CheckInherents"),
				);
				self.source.check_inherents = inherents.map(|token| Place {
					line: token.span().start().line,
					code: "CheckInherents".to_string(),
					..here.clone()
				});
				self.source.validate_block = Some(here);
			},
			_ => {},
		}
	}

	/// The associated types of a pallet's configuration.
	fn configuration(&mut self, path: &str, of: &syn::ItemImpl) {
		for item in &of.items {
			let syn::ImplItem::Type(item) = item else { continue };
			let place = self.place(&item.ident, &item.ty);
			let source = &mut self.source;
			let pallet = path.trim_end_matches("::Config");
			match (pallet, item.ident.to_string().as_str()) {
				(pallet, "ConsensusHook") if pallet.ends_with("parachain_system") => {
					source.hook = Some(place);
				},
				(pallet, "CheckAssociatedRelayNumber") if pallet.ends_with("parachain_system") => {
					source.relay_check = Some(place);
				},
				("pallet_aura", "AllowMultipleBlocksPerSlot") => {
					source.several_per_slot = Some(place);
				},
				("pallet_aura", "SlotDuration") => source.slot_duration = Some(place),
				("pallet_timestamp", "MinimumPeriod") => source.minimum_periods.push(place),
				("pallet_timestamp", "OnTimestampSet") => source.on_timestamp_set = Some(place),
				("pallet_session", "ShouldEndSession") => source.session_period = Some(place),
				("pallet_collator_selection", "KickThreshold") => {
					source.kick_threshold = Some(place);
				},
				(_, "BlockNumberProvider") => {
					source.clocks.insert(pallet.to_string(), place);
				},
				_ => {},
			}
		}
	}

	/// The functions of a runtime API.
	fn api(&mut self, name: &str, of: &syn::ItemImpl) {
		if name == "AuraUnincludedSegmentApi" {
			let path = of.trait_.as_ref().map(|(_, path, _)| path);
			self.source.unincluded_api = Some(self.place(&of.impl_token, &path));
		}
		if name != "AuraApi" {
			return;
		}
		for item in &of.items {
			let syn::ImplItem::Fn(function) = item else { continue };
			if function.sig.ident == "slot_duration" {
				self.source.slot_duration_api =
					Some(self.place(&function.sig.ident, &function.block));
			}
		}
	}
}

impl<'ast> Visit<'ast> for Reader {
	fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
		if !is_test(&module.attrs) {
			syn::visit::visit_item_mod(self, module);
		}
	}

	fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
		let name = item.ident.to_string();
		if self.values.get(&name).is_none_or(|(_, of_node)| *of_node && !self.node) {
			if !self.node {
				let place = self.place(&item.ident, &item.expr);
				self.source.constants.insert(name.clone(), place);
			}
			self.values.insert(name, ((*item.expr).clone(), self.node));
		}
		if text(&item.ty) == "RuntimeVersion" {
			if let syn::Expr::Struct(version) = &*item.expr {
				let field =
					version.fields.iter().find(|field| text(&field.member) == "spec_version");
				self.source.spec_version = field.map(|field| self.place(field, &field.expr));
			}
		}
		syn::visit::visit_item_const(self, item);
	}

	fn visit_item_type(&mut self, item: &'ast syn::ItemType) {
		let place = self.place(&item.ident, &item.ty);
		self.aliases.insert(item.ident.to_string(), place);
		syn::visit::visit_item_type(self, item);
	}

	fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
		if let Some((_, path, _)) = &item.trait_ {
			let names: Vec<String> =
				path.segments.iter().map(|segment| segment.ident.to_string()).collect();
			match names.as_slice() {
				[.., pallet, last] if last == "Config" => {
					self.configuration(&format!("{pallet}::Config"), item);
				},
				[.., last] => self.api(last, item),
				[] => {},
			}
		}
		syn::visit::visit_item_impl(self, item);
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
		for path in names {
			let code = path.join("::");
			let place =
				Place { file: self.name.clone(), line: item.use_token.span().start().line, code };
			if path.last().is_some_and(|last| last == "ValidationCode") {
				self.source.validation_code = Some(place.clone());
			}
			let module = path.iter().position(|part| part == "collators");
			let of_aura = path.iter().any(|part| part.contains("consensus_aura"));
			if let Some(collator) = module.and_then(|at| path.get(at + 1)) {
				if of_aura && ["basic", "lookahead", "slot_based"].contains(&collator.as_str()) {
					self.source.collators.entry(collator.clone()).or_insert(place);
				}
			}
		}
	}

	fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
		if item.sig.ident == "start_consensus" {
			let backend = item.sig.inputs.iter().find(|input| text(*input).contains("backend"));
			if let Some(input) = backend {
				self.source.consensus_backend = Some(self.place(input, input));
			}
		}
		if !is_test(&item.attrs) {
			syn::visit::visit_item_fn(self, item);
		}
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
		// A collator's parameters, whatever they are called here.
		if field("para_client").is_some() && field("proposer").is_some() {
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
			if let [.., module, function] = names.as_slice() {
				let collator = ["aura", "lookahead", "basic", "slot_based"]
					.iter()
					.any(|it| module.contains(it));
				if collator && (function == "run" || function == "run_with_export") {
					let code = format!("{module}::{function}");
					let place = Place { code, ..self.place(call, &path.path) };
					self.source.collator_run = Some(place);
				}
			}
		}
		syn::visit::visit_expr_call(self, call);
	}
}

/// The paths that a `use` imports.
fn imports(tree: &syn::UseTree, before: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
	let name = match tree {
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
		syn::UseTree::Name(name) => name.ident.to_string(),
		syn::UseTree::Rename(name) => name.ident.to_string(),
		syn::UseTree::Glob(_) => return,
	};
	let mut path = before.clone();
	path.push(name);
	found.push(path);
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
	attributes.iter().any(|attribute| {
		let words = text(&attribute.meta);
		words == "test" || (words.starts_with("cfg") && words.contains("test"))
	})
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
			let right = evaluate(call.args.first()?, known)?;
			match call.method.to_string().as_str() {
				"saturating_mul" => Some(left.saturating_mul(right)),
				"saturating_div" => left.checked_div(right),
				_ => None,
			}
		},
		// Of a weight, the execution time.
		syn::Expr::Call(call) => match &*call.func {
			syn::Expr::Path(path) if path.path.segments.last()?.ident == "from_parts" => {
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
