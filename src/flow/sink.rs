//! What leaves in a library call.

use super::Channel;
use super::call::CallSite;
use super::domain::{Marks, Show, Value};
use super::eval::Evaluator;
use super::summary::Leaf;
use crate::catalog::model::{ModelPort, Root, Sink, SinkKind};
use crate::index::Symbol;

impl<'p> Evaluator<'_, 'p> {
    pub(super) fn sink(
        &mut self,
        here: &CallSite<'p>,
        sink: &Sink,
        statement: Option<&Value>,
        closure: Option<&Value>,
        name: Symbol,
    ) {
        let show = if sink.kind == SinkKind::Log { Show::Display } else { Show::Serialize };
        let mut parts: Vec<(Channel, Marks)> = Vec::new();
        for (channel, ports) in [(Channel::Url, &sink.url), (Channel::Header, &sink.header), (Channel::Body, &sink.body)] {
            for port in ports {
                let marks = self.shown_port(here, *port, closure, show);
                parts.push((channel, marks));
            }
        }
        let parts = self.parts(parts);
        let endpoint = sink.endpoint.map(|port| self.port_value(here, port, None).text);
        let transport = here
            .receiver
            .iter()
            .chain(&here.arguments)
            .find_map(|given| given.value.hidden(Symbol::new("#transport"))?.text.constant());
        let cleartext = sink.cleartext.or_else(|| transport.map(|text| text == "clear"));
        let leaf = Leaf {
            site: here.site,
            call: name,
            kind: sink.kind,
            recipient: sink.recipient,
            generic: sink.generic,
            endpoint,
            parts,
            guarded: self.guarded(),
            cleartext,
            column: None,
            show,
            in_test: self.in_test(),
        };
        if !sink.binds.is_empty() {
            self.store_bound(here, &sink.binds, statement, &leaf);
        }
        if let Some(port) = sink.row {
            self.store_row(here, port, &leaf);
        }
        if !leaf.parts.is_empty() {
            self.leaf(leaf);
        }
    }

    fn shown_port(&mut self, here: &CallSite<'p>, port: ModelPort, closure: Option<&Value>, show: Show) -> Marks {
        let by_keyword = matches!(port.root, Root::Keyword(_) | Root::ArgumentOr(..)) && self.givens(here, port.root).is_empty();
        if port.member.is_some() || port.root == Root::Closure || by_keyword {
            let value = self.port_value(here, port, closure);
            return self.shown(&value, show, here.site);
        }
        let mut marks = Marks::default();
        let givens: Vec<(Value, Option<Show>)> =
            self.givens(here, port.root).iter().map(|given| (given.value.clone(), given.show)).collect();
        for (value, style) in givens {
            marks.merge(&self.shown(&value, style.unwrap_or(show), here.site));
        }
        marks
    }
}
