//! What somebody has done about their account.

use sayso_core::string_enum;

string_enum! {
    /// What somebody has done about their account, for the page that says so.
    pub enum AccountAction {
        PasswordChanged = "password",
        PasswordChangedAddressNot = "password-not-address",
        AuthenticatorChanged = "authenticator",
        AddressLinkSent = "link-sent",
        AddressConfirmed = "address",
        AddressChangeBegun = "asked",
        DetailsChanged = "details",
        SessionEnded = "one",
        OtherSessionsEnded = "others",
        PasswordLinkSent = "sent",
        WelcomeLinkSent = "welcome-link-sent",
    }
}

impl AccountAction {
    /// Of a new password; `moving` while a link waited that would have changed the address.
    pub const fn of_password(moving: bool) -> Self {
        if moving { Self::PasswordChangedAddressNot } else { Self::PasswordChanged }
    }

    /// What is said of it, once it is stored. Whether an address has an account is not told.
    pub const fn says(self) -> &'static str {
        match self {
            Self::PasswordChanged => "Your password has been changed, and you are signed out everywhere else.",
            Self::PasswordChangedAddressNot => {
                "Your password has been changed, and you are signed out everywhere else. The link that we sent to your new e-mail address no longer works. To change the address, ask for another link."
            }
            Self::AuthenticatorChanged => {
                "From now on, use the codes of the new app. You are signed out everywhere else."
            }
            Self::AddressLinkSent => "We have sent you an e-mail. Open the link in it to confirm your address.",
            Self::AddressConfirmed => "Your e-mail address is confirmed.",
            Self::AddressChangeBegun => {
                "We have sent an e-mail to the new address. Open the link in it to confirm the change."
            }
            Self::DetailsChanged => "Saved.",
            Self::SessionEnded => "That session has ended. Nobody is signed in with it any more.",
            Self::OtherSessionsEnded => "You are now signed in only here.",
            Self::PasswordLinkSent => {
                "If an account has this address, an e-mail with a link is on its way. It can take a few minutes. We send at most one e-mail a minute."
            }
            Self::WelcomeLinkSent => {
                "If an account without a password has this address, an e-mail with a link is on its way. It can take a few minutes. We send at most one e-mail a minute."
            }
        }
    }
}
