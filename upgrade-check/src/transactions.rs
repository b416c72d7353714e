//! Whether transactions that were made for one runtime mean the same to another.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use frame_metadata::v15::RuntimeMetadataV15;
use scale_info::form::PortableForm;
use scale_info::Field;
use scale_info::PortableRegistry;
use scale_info::Type;
use scale_info::TypeDef;
use std::collections::BTreeSet;

/// What would be read differently, or not at all, of a transaction for `old` by `new`; empty if nothing is, and then
/// `transaction_version` may stay. What is only added to an enumeration, a call of a pallet for one, changes nothing.
pub fn differences(old: &RuntimeMetadataV15, new: &RuntimeMetadataV15) -> Vec<String> {
	let mut comparison =
		Comparison { old: &old.types, new: &new.types, seen: BTreeSet::new(), found: Vec::new() };
	let (was, is) = (&old.extrinsic, &new.extrinsic);
	if was.version != is.version {
		comparison.found.push(format!("format: version {} is {}", was.version, is.version));
	}
	let names = |extrinsic: &frame_metadata::v15::ExtrinsicMetadata<PortableForm>| {
		let extensions = extrinsic.signed_extensions.iter();
		extensions.map(|extension| extension.identifier.clone()).collect::<Vec<_>>()
	};
	if names(was) == names(is) {
		for (was, is) in was.signed_extensions.iter().zip(&is.signed_extensions) {
			comparison.types(was.ty.id, is.ty.id, &was.identifier);
			let signed = format!("{}, signed", was.identifier);
			comparison.types(was.additional_signed.id, is.additional_signed.id, &signed);
		}
	} else {
		let (was, is) = (names(was).join(" "), names(is).join(" "));
		comparison.found.push(format!("extensions: {was} are {is}"));
	}
	comparison.types(was.address_ty.id, is.address_ty.id, "address");
	comparison.types(was.signature_ty.id, is.signature_ty.id, "signature");
	comparison.types(was.call_ty.id, is.call_ty.id, "");
	comparison.found
}

struct Comparison<'a> {
	old: &'a PortableRegistry,
	new: &'a PortableRegistry,
	/// What is compared already, or is being compared: calls have calls in them.
	seen: BTreeSet<(u32, u32)>,
	found: Vec<String>,
}

/// A type by its id, without what is around it that has no bytes of its own.
fn resolve(registry: &PortableRegistry, mut id: u32) -> Option<&Type<PortableForm>> {
	loop {
		let found = registry.resolve(id)?;
		match &found.type_def {
			TypeDef::Composite(composite) if composite.fields.len() == 1 => {
				id = composite.fields[0].ty.id;
			},
			TypeDef::Tuple(tuple) if tuple.fields.len() == 1 => id = tuple.fields[0].id,
			_ => return Some(found),
		}
	}
}

fn join(place: &str, name: &str) -> String {
	if place.is_empty() {
		name.into()
	} else {
		format!("{place}.{name}")
	}
}

impl Comparison<'_> {
	/// Compares two types; `place` says where they are.
	fn types(&mut self, was: u32, is: u32, place: &str) {
		if !self.seen.insert((was, is)) {
			return;
		}
		let (old, new) = (self.old, self.new);
		let (Some(was), Some(is)) = (resolve(old, was), resolve(new, is)) else {
			self.found.push(format!("{place}: a type is missing in the metadata"));
			return;
		};
		match (&was.type_def, &is.type_def) {
			(TypeDef::Composite(was), TypeDef::Composite(is)) => {
				self.fields(&was.fields, &is.fields, place);
			},
			(TypeDef::Variant(was), TypeDef::Variant(is)) => {
				for was in &was.variants {
					let place = join(place, &was.name);
					match is.variants.iter().find(|is| is.index == was.index) {
						None => self.found.push(format!("{place}: {} is gone", was.index)),
						Some(is) if is.name != was.name => {
							let (index, name) = (was.index, &is.name);
							self.found.push(format!("{place}: {index} is {name}"));
						},
						Some(is) => self.fields(&was.fields, &is.fields, &place),
					}
				}
			},
			(TypeDef::Sequence(was), TypeDef::Sequence(is)) => {
				self.types(was.type_param.id, is.type_param.id, place);
			},
			(TypeDef::Array(was), TypeDef::Array(is)) if was.len == is.len => {
				self.types(was.type_param.id, is.type_param.id, place);
			},
			(TypeDef::Tuple(was), TypeDef::Tuple(is)) if was.fields.len() == is.fields.len() => {
				for (was, is) in was.fields.iter().zip(&is.fields) {
					self.types(was.id, is.id, place);
				}
			},
			(TypeDef::Primitive(was), TypeDef::Primitive(is)) if was == is => {},
			(TypeDef::Compact(was), TypeDef::Compact(is)) => {
				self.types(was.type_param.id, is.type_param.id, place);
			},
			(TypeDef::BitSequence(was), TypeDef::BitSequence(is)) => {
				self.types(was.bit_store_type.id, is.bit_store_type.id, place);
				self.types(was.bit_order_type.id, is.bit_order_type.id, place);
			},
			(_, _) => self.found.push(format!("{place}: another type")),
		}
	}

	/// Compares fields, by their names too: two of one type that change places are read without an error.
	fn fields(&mut self, was: &[Field<PortableForm>], is: &[Field<PortableForm>], place: &str) {
		let names = |fields: &[Field<PortableForm>]| {
			fields.iter().map(|field| field.name.clone()).collect::<Vec<_>>()
		};
		if names(was) != names(is) {
			self.found.push(format!("{place}: other fields"));
			return;
		}
		for (was, is) in was.iter().zip(is) {
			let place = was.name.as_ref().map_or(place.into(), |name| join(place, name));
			self.types(was.ty.id, is.ty.id, &place);
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use scale_info::meta_type;
	use scale_info::Registry;
	use scale_info::TypeInfo;

	/// What is found where calls of type `Old` are read as `New`.
	fn found<Old: TypeInfo + 'static, New: TypeInfo + 'static>() -> Vec<String> {
		let (mut old, mut new) = (Registry::new(), Registry::new());
		let was = old.register_type(&meta_type::<Old>()).id;
		let is = new.register_type(&meta_type::<New>()).id;
		let (old, new): (PortableRegistry, PortableRegistry) = (old.into(), new.into());
		let mut comparison =
			Comparison { old: &old, new: &new, seen: BTreeSet::new(), found: Vec::new() };
		comparison.types(was, is, "");
		comparison.found
	}

	#[derive(TypeInfo)]
	#[allow(dead_code)]
	enum Call {
		#[codec(index = 0)]
		Pay { to: [u8; 32], amount: u128 },
		#[codec(index = 3)]
		Batch { calls: Vec<Call> },
	}

	#[test]
	fn the_same_and_more_is_the_same() {
		#[derive(TypeInfo)]
		#[allow(dead_code)]
		struct Account([u8; 32]);
		#[derive(TypeInfo)]
		#[allow(dead_code)]
		enum More {
			#[codec(index = 7)]
			New,
			#[codec(index = 0)]
			Pay { to: Account, amount: u128 },
			#[codec(index = 3)]
			Batch { calls: Vec<More> },
		}
		assert_eq!(found::<Call, Call>(), Vec::<String>::new());
		assert_eq!(found::<Call, More>(), Vec::<String>::new());
		assert_eq!(found::<More, Call>(), ["New: 7 is gone"]);
	}

	#[test]
	fn what_changed_is_named() {
		#[derive(TypeInfo)]
		#[allow(dead_code)]
		enum Other {
			#[codec(index = 0)]
			Pay { to: [u8; 20], amount: u64 },
			#[codec(index = 3)]
			Everything { calls: Vec<Other> },
		}
		assert_eq!(
			found::<Call, Other>(),
			["Pay.to: another type", "Pay.amount: another type", "Batch: 3 is Everything"]
		);
	}

	#[test]
	fn arguments_that_change_places_are_noticed() {
		#[derive(TypeInfo)]
		#[allow(dead_code)]
		enum Was {
			Move { from: u32, to: u32 },
		}
		#[derive(TypeInfo)]
		#[allow(dead_code)]
		enum Is {
			Move { to: u32, from: u32 },
		}
		assert_eq!(found::<Was, Is>(), ["Move: other fields"]);
	}

	#[test]
	fn a_type_inside_is_compared_too() {
		#[derive(TypeInfo)]
		#[allow(dead_code)]
		struct Was {
			entries: Vec<(u8, Option<u16>)>,
		}
		#[derive(TypeInfo)]
		#[allow(dead_code)]
		struct Is {
			entries: Vec<(u8, Option<u32>)>,
		}
		assert_eq!(found::<Was, Is>(), ["Some: another type"]);
	}
}
