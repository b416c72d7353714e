//! The pallets that asynchronous backing leaves alone, configured by concern.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

pub mod collators;
pub mod monetary;
pub mod system;
pub mod xcm;
