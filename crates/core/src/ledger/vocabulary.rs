//! The words that entries are written in. They are part of the canonical form, so they never
//! change, they are only added to.

use crate::string_enum;

string_enum! {
    /// What the member said: On or Off on the screen.
    pub enum Choice {
        /// On, until the member says otherwise.
        Allowed = "allowed",
        /// Off, whatever rules and notices say later.
        Denied = "denied",
    }

    /// What an entry records.
    pub enum Kind {
        /// What held without anybody saying anything, when the account began.
        Default = "default",
        /// A notice published (subject [`entry::PLATFORM`](super::entry::PLATFORM)) or delivered to
        /// a member.
        Notice = "notice",
        /// What the member said.
        Choice = "choice",
        /// A step of an objection's case, other than the one that decides it.
        Objection = "objection",
        /// The step that decides a case.
        Decision = "decision",
        /// Somebody of the staff looked at a member's settings.
        View = "view",
        /// The member moved to another country.
        Move = "move",
        /// A case that was filed without an account, under an address that is this member's, began
        /// or ended to pause its purposes here.
        Pause = "pause",
        /// The operator said which span of the clock is not believed (subject
        /// [`entry::PLATFORM`](super::entry::PLATFORM)).
        Clock = "clock",
        /// The database lost a part of its record, so that a new log begins; in a member's history,
        /// that what allowed them before counts as denied.
        Rollback = "rollback",
        /// A key of the public log takes the place of another (subject
        /// [`entry::PLATFORM`](super::entry::PLATFORM)).
        Key = "key",
        /// The secret of a subject was deleted, so that its leaves lead to nobody (subject
        /// [`entry::PLATFORM`](super::entry::PLATFORM)).
        Forgotten = "forgotten",
    }

    /// Who caused the entry.
    pub enum Actor {
        /// The member whose history it is.
        Member = "member",
        /// A rule, where a history begins: nobody did anything.
        Default = "default",
        /// Sayso itself, such as for a notice that was delivered.
        System = "system",
        /// Somebody of support, whom the entry does not name.
        Support = "support",
        /// A privacy officer, whom the entry tells from others within one case only.
        PrivacyOfficer = "privacy_officer",
        /// An auditor, who changes nothing about members.
        Auditor = "auditor",
        /// Somebody who objects without having an account.
        Applicant = "applicant",
    }

    /// Which way it came in.
    pub enum Channel {
        /// A page of the site.
        Web = "web",
        /// The command `sayso`, by the operator; an import, too.
        CommandLine = "command-line",
        /// Made up for the demonstration, whose members are nobody.
        Demonstration = "demonstration",
    }

    /// What happened in an objection's case.
    pub enum Step {
        /// The objection came in; the time to answer runs from here.
        Filed = "filed",
        /// An officer recorded an objection that came another way than by the form; the time to
        /// answer runs from the day on which it came in.
        Recorded = "recorded",
        /// A code went out to the applicant's address.
        CodeSent = "code-sent",
        /// Whoever filed corrected the address, before anybody had confirmed it.
        AddressCorrected = "address-corrected",
        /// Whoever read the address of a recorded objection said that it is not theirs.
        Disowned = "disowned",
        /// The applicant confirmed their address.
        Verified = "verified",
        /// The confirmed address is that of a member: from here on the case stands in that member's
        /// history.
        Linked = "linked",
        /// The person was told that it is in.
        Acknowledged = "acknowledged",
        /// An officer took the case up.
        ReviewBegun = "review-begun",
        /// The person added something to what they had filed.
        Added = "added",
        /// The answer takes longer, and the person was told why (GDPR, Article 12(3)).
        Extended = "extended",
        /// The person took the objection back, before there was an answer.
        Withdrawn = "withdrawn",
        /// The case goes on in another one of the same person.
        MarkedDuplicate = "marked-duplicate",
        /// An officer proposed an answer that refuses something; it waits for a second officer.
        Proposed = "proposed",
        /// The proposed answer was not agreed to, or was taken back.
        Returned = "returned",
        /// The case was answered, purpose by purpose.
        Decided = "decided",
        /// What can never be refused was upheld as soon as the case was acknowledged; nobody has to
        /// decide it (GDPR, Article 21(3)).
        UpheldByRule = "upheld-by-rule",
        /// The person complained about the answer, by the form or, as an officer recorded, another
        /// way.
        Complained = "complained",
        /// The complaint was answered, in words alone: nothing had been refused.
        ComplaintAnswered = "complaint-answered",
        /// The complaint was answered by ruling again on each purpose that had been refused.
        RuledAgain = "ruled-again",
        /// An officer opened the case again: what was refused is pending once more, or a case that
        /// was merged by mistake counts by itself.
        Reopened = "reopened",
        /// Nothing is left to do; the person can still complain.
        Closed = "closed",
        /// The case pauses its purposes in the account with the same address, too (only in entries
        /// of kind `pause`).
        Reached = "reached",
        /// The answer is due earlier than was said, because our clock was wrong when the case was
        /// filed.
        Rescheduled = "rescheduled",
        /// The person was told where it stands, before the answer was due.
        ProgressTold = "progress-told",
        /// An officer asked whoever objected a question. It pauses nothing and moves no deadline.
        Asked = "asked",
        /// Whoever objected replied to the question.
        Replied = "replied",
        /// What was written in the case was erased, as `docs/retention.md` has it.
        Swept = "swept",
    }

    /// Why what was written was erased.
    pub enum SweptFor {
        /// Nobody confirmed the address in time.
        Unconfirmed = "unconfirmed",
        /// The member whose case it was has deleted their account.
        AccountDeleted = "account-deleted",
    }

    /// Why the leaves of a subject lead to nobody any more.
    pub enum ForgottenFor {
        /// The member has deleted their account.
        AccountDeleted = "account-deleted",
    }

    /// How something came in that an officer recorded.
    pub enum CameBy {
        /// In writing, on paper or by e-mail.
        Letter = "letter",
        /// In a telephone call.
        Phone = "phone",
        /// From somebody who acts for the person.
        Agent = "agent",
        /// The person came and said it.
        InPerson = "in-person",
    }

    /// Whose words an officer has recorded.
    pub enum WordsOf {
        /// The person's, word for word.
        Person = "person",
        /// An officer's, who noted what the person said.
        Officer = "officer",
        /// Those of whoever acts for the person.
        Agent = "agent",
    }

    /// What a decision says about one purpose.
    pub enum Outcome {
        /// The processing ends, for good.
        Upheld = "upheld",
        /// The processing goes on, for compelling grounds (GDPR, Article 21(1)).
        Refused = "refused",
    }

    /// What somebody of the staff was shown of a member.
    pub enum Shown {
        /// What the member sees: the tab and the history.
        Settings = "settings",
        /// The whole e-mail address, while looking at the settings.
        Address = "address",
    }

    /// Why somebody of the staff looked.
    pub enum Reason {
        /// A case of this member.
        Case = "case",
        /// The member asked for help.
        Asked = "asked",
        /// Something does not work as it should.
        Fault = "fault",
        /// The account may not be safe.
        Security = "security",
        /// A court or an authority asks.
        Authority = "authority",
    }

    /// What is asked for: an end to the processing (GDPR, Article 21), or that it rests (Article
    /// 18).
    pub enum Mode {
        /// The processing ends (GDPR, Article 21).
        Object = "object",
        /// The data is kept, and the processing rests (GDPR, Article 18).
        Restrict = "restrict",
    }
}

impl Kind {
    /// Whether what holds can depend on every entry of this kind. Of choices only the newest about
    /// a purpose counts, and support views change nothing. Whoever adds a kind that does not count
    /// either also adds it to the index `entries_deciding`.
    pub const fn always_decides(self) -> bool {
        match self {
            Self::Choice | Self::View => false,
            Self::Default
            | Self::Notice
            | Self::Objection
            | Self::Decision
            | Self::Move
            | Self::Pause
            | Self::Clock
            | Self::Rollback
            | Self::Key
            | Self::Forgotten => true,
        }
    }
}

impl Step {
    /// Whether it says what becomes of purposes: the decision, the answer to a complaint about one,
    /// and what is upheld by rule.
    pub const fn rules(self) -> bool {
        matches!(self, Self::Decided | Self::RuledAgain | Self::UpheldByRule)
    }

    /// The kind of the entry that records this step.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Decided => Kind::Decision,
            _ => Kind::Objection,
        }
    }
}
