//! A load that reads nothing first: `refresh`.

use super::budget::Budget;
use super::caller::Caller;
use super::lease::{Claim, Ground};
use super::prepare::{Lead, Prepared, Spot};
use super::request::Request;
use super::state::Engine;
use crate::error::Error;
use crate::observe::Event;
use crate::store::Query;
use crate::value::{BEGINNING, is_envelope};

/// So often the place can change between the look and the claim.
const ATTEMPTS: u32 = 3;

impl Engine {
    /// Leads a load whatever is there or in the air. What is in the air does not store any more; what is there stays the
    /// answer of other callers meanwhile.
    ///
    /// Where the new value cannot be stored, the old one is removed: it is older than what should be there.
    pub(super) async fn overtake(&self, caller: Caller<'_>) -> Prepared {
        let request = caller.request;
        self.tell(request, Event::Refreshed);
        let mut budget = caller.budget(self.settings.operation_timeout);
        let leader = self.flights.overtake(request.place());
        let pulse = leader.pulse();
        let mut lead = Lead { leader, spot: None, aged: None, lease: None };
        let place = async {
            for _ in 0..ATTEMPTS {
                match self.take_the_place(request, &mut lead, &mut budget).await {
                    Ok(false) => {}
                    Ok(true) => break,
                    Err(error) => {
                        caller.note(&error);
                        break;
                    }
                }
            }
        };
        pulse.watch(place).await;
        Prepared::Lead(Box::new(lead))
    }

    /// Finds what the value is to replace. `false`: it was gone again.
    async fn take_the_place(&self, request: &Request, lead: &mut Lead, budget: &mut Budget) -> Result<bool, Error> {
        let key = &request.key;
        let query = Query { key, life: false, keep: false, tags: self.tags(request) };
        let found = budget.spend(|within| self.store.get(query, within)).await?;
        let taken = found.bytes.map(|bytes| bytes.slice(..bytes.len().min(BEGINNING)));
        let seen = match taken {
            Some(entry) if is_envelope(&entry) => entry,
            other => {
                let ground = other.as_deref().map_or(Ground::Free, Ground::Over);
                match budget.spend(|within| async move { Ok(self.claim(key, ground, within).await) }).await? {
                    Claim::Won(lease) => lead.lease.insert(lease).placeholder().to_bytes(),
                    Claim::Lost => return Ok(false),
                    Claim::Failed(error) => return Err(error),
                }
            }
        };
        let tags = self.versions(request, found.tags.into_vec(), budget).await?;
        lead.spot = Some(Spot { seen, tags });
        Ok(true)
    }
}
