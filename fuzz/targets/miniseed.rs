//! A stream of records: it is read or refused, reading goes on, and no record asks for more than its bytes can hold.
#![no_main]

use libfuzzer_sys::fuzz_target;
use truceline_formats::miniseed::{MAX_RECORD_BYTES, Next, Payload, read_record};

fuzz_target!(|bytes: &[u8]| {
    for at_end in [false, true] {
        let mut rest = bytes;
        while !rest.is_empty() {
            let taken = match read_record(rest, at_end) {
                Ok(Next::Record(record)) => {
                    match record.payload() {
                        Ok(Payload::Samples(samples)) => {
                            assert_eq!(samples.len(), record.sample_count);
                            assert!(samples.len() <= 2 * record.bytes().len());
                        }
                        Ok(Payload::Text(text)) => assert_eq!(text.len(), record.sample_count),
                        Ok(Payload::Empty) => assert_eq!(record.sample_count, 0),
                        Err(error) => assert_eq!(error.skip_bytes(), record.bytes().len()),
                    }
                    record.bytes().len()
                }
                Ok(Next::More(needed)) => {
                    assert!(!at_end && needed > rest.len() && needed <= MAX_RECORD_BYTES);
                    break;
                }
                Err(error) => error.skip_bytes(),
            };
            assert!(taken > 0 && taken <= rest.len());
            rest = &rest[taken..];
        }
    }
});
