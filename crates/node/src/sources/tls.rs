//! Encrypted connections: the server is known by certificates in a file that the configuration names.
//!
//! A server is trusted if its certificate stands in the file as it is (pinned: then neither name nor dates count, for
//! an owner's own certificate is trusted because it was handed over), or if it is valid for the address and issued
//! under one of the certificates. No public authorities are built in.
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use std::path::Path;
use std::sync::Arc;

/// The longest file of certificates, in bytes: some hundred of them.
const TRUST_BYTES_MAX: u64 = 1 << 20;

/// What it takes to encrypt the connections of one source.
#[derive(Debug, Clone)]
pub(super) struct Tls {
    pub(super) config: Arc<ClientConfig>,
    pub(super) name: ServerName<'static>,
}

impl Tls {
    /// Reads the certificates of a file (PEM) that the server at `host` is known by.
    pub(super) fn open(file: &Path, host: &str) -> Result<Self, String> {
        let named = |what: String| format!("{}: {what}", file.display());
        let size = std::fs::metadata(file).map_err(|error| named(format!("cannot be read: {error}")))?.len();
        if size > TRUST_BYTES_MAX {
            return Err(named(format!("{size} bytes, at most {TRUST_BYTES_MAX} are read")));
        }
        let text = std::fs::read(file).map_err(|error| named(format!("cannot be read: {error}")))?;
        let pinned: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&text)
            .collect::<Result<_, _>>()
            .map_err(|error| named(format!("{error}, expected certificates in PEM")))?;
        if pinned.is_empty() {
            return Err(named("no certificate, expected one or more in PEM".to_owned()));
        }
        let name = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let name = ServerName::try_from(name).map_err(|error| format!("{host}: {error}"))?;
        let provider = Arc::new(ring::default_provider());
        let mut anchors = RootCertStore::empty();
        // One that cannot be an anchor can still be pinned.
        anchors.add_parsable_certificates(pinned.iter().cloned());
        let issued = WebPkiServerVerifier::builder_with_provider(Arc::new(anchors), Arc::clone(&provider)).build().ok();
        let verifier = Known { pinned, issued, provider: Arc::clone(&provider) };
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        Ok(Self { config: Arc::new(config), name })
    }
}

/// Knows a server by its own certificate or by who issued it.
#[derive(Debug)]
struct Known {
    pinned: Vec<CertificateDer<'static>>,
    issued: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Known {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if self.pinned.iter().any(|pinned| pinned.as_ref() == end_entity.as_ref()) {
            return Ok(ServerCertVerified::assertion());
        }
        match &self.issued {
            Some(issued) => issued.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now),
            None => Err(rustls::CertificateError::UnknownIssuer.into()),
        }
    }

    // That the server holds the certificate's key is checked for pinned ones too.
    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
