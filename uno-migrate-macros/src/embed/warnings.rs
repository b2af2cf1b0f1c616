//! A warning on stable Rust: the use of something deprecated, whose note is what there is to say.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use uno_migrate_core::{Problem, Problems, Severity};

/// Each warning as an item, shown at that place.
pub(crate) fn tokens(place: Span, problems: &Problems) -> TokenStream {
    problems
        .iter()
        .filter(|problem| problem.severity == Severity::Warning)
        .map(|problem| warning(place, problem))
        .collect()
}

fn warning(place: Span, problem: &Problem) -> TokenStream {
    // The compiler says it as "use of deprecated constant `…`".
    let name = problem.rule.map_or("migration", |rule| rule.id).replace('-', "_");
    let (definition, used) =
        (Ident::new(&name, Span::call_site()), Ident::new(&name, place.resolved_at(Span::call_site())));
    let note = format!("\n{problem}");
    let usage = quote_spanned!(place=> #used);
    quote! {
        const _: () = {
            #[allow(non_upper_case_globals)]
            #[deprecated(note = #note)]
            const #definition: () = ();
            #usage
        };
    }
}
