//! A detector's memory as canonical bytes.
use super::element::{Mark, PIECES_MAX, Piece, Stream};
use super::run::Run;
use super::settings::Settings;
use super::window::Look;
use super::{Absence, ArrayDetector, Element, HELD_SAMPLES_MAX};
use crate::array::bearing::{Bearing, Elevation};
use crate::array::fdetector::LN_F_MAX;
use crate::array::geometry::Offset;
use crate::dsp::chain::timeline::Timeline;
use crate::dsp::state::array_of;
use truceline_model::canonical::{Canonical, DecodeError, Decoder, Encoder, Float, Floats};
use truceline_model::time::Time;

/// The settings, the elements with their samples, the past, the run of windows, and where it stands.
impl Canonical for ArrayDetector {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.array(7);
        self.settings.encode(encoder);
        Float(self.survey_sigma_m).encode(encoder);
        encoder.array(self.streams.len());
        for (offset, stream) in self.offsets.iter().zip(&self.streams) {
            encoder.array(2);
            (Float(offset.east_m), Float(offset.north_m), Float(offset.up_m)).encode(encoder);
            stream.encode(encoder);
        }
        let past: Vec<f64> = self.noise.past.iter().copied().collect();
        Floats::encode_from(&past, encoder);
        self.run.encode(encoder);
        encoder.array(self.ended.len());
        self.ended.iter().for_each(|run| run.encode(encoder));
        (self.next, self.blind).encode(encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        array_of(decoder, 7)?;
        let at = decoder.offset();
        let misfit = || DecodeError::new(at, "the memory of an array's detector with settings in their ranges");
        let settings = Settings::decode(decoder)?;
        let Float(survey_sigma_m) = Canonical::decode(decoder)?;
        let (mut elements, mut streams) = (Vec::new(), Vec::new());
        for _ in 0..decoder.array()? {
            array_of(decoder, 2)?;
            let (Float(east_m), Float(north_m), Float(up_m)) = Canonical::decode(decoder)?;
            let stream = Stream::decode(decoder)?;
            elements.push(Element { channel: stream.channel.clone(), offset: Offset { east_m, north_m, up_m } });
            streams.push(stream);
        }
        let mut detector = Self::new(&elements, survey_sigma_m, settings).map_err(|_| misfit())?;
        if detector.streams.iter().zip(&streams).any(|(a, b)| a.channel != b.channel) {
            return Err(misfit());
        }
        detector.streams = streams;
        let Floats(past) = Canonical::decode(decoder)?;
        let within = |value: &f64| (-LN_F_MAX..=LN_F_MAX).contains(value);
        if past.len() > detector.settings.past || !past.iter().all(within) {
            return Err(misfit());
        }
        detector.noise.past = past.into();
        detector.run = Run::decode(decoder)?;
        detector.ended = Vec::<Run>::decode(decoder)?.into();
        let elements = detector.streams.len();
        let known = |look: &Look| look.members.iter().chain(&look.questionable).all(|member| *member < elements);
        let fits = |run: &Run| run.looks.len() <= detector.settings.run_max() && run.looks.iter().all(known);
        if !detector.ended.iter().chain([&detector.run]).all(fits) {
            return Err(misfit());
        }
        (detector.next, detector.blind) = Canonical::decode(decoder)?;
        Ok(detector)
    }
}

const ABSENCES: [Absence; 3] = [Absence::NoSamples, Absence::OtherRate, Absence::Flat];

impl Canonical for Stream {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.array(3);
        encoder.text(&self.channel);
        encoder.array(self.pieces.len());
        self.pieces.iter().for_each(|piece| piece.encode(encoder));
        encoder.array(5);
        [self.open, self.clock_questionable, self.lock_seen].iter().for_each(|flag| encoder.boolean(*flag));
        let absence = self.missing.and_then(|why| ABSENCES.iter().position(|other| *other == why));
        absence.map(|place| place as u64).encode(encoder);
        self.unusable_hz.map(Float).encode(encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        array_of(decoder, 3)?;
        let mut stream = Self::new(&String::decode(decoder)?);
        let at = decoder.offset();
        stream.pieces = Vec::<Piece>::decode(decoder)?.into();
        let held: usize = stream.pieces.iter().map(|piece| piece.samples.len()).sum();
        if stream.pieces.len() > PIECES_MAX || held > HELD_SAMPLES_MAX {
            return Err(DecodeError::new(at, "no more samples than a detector holds"));
        }
        array_of(decoder, 5)?;
        stream.open = Canonical::decode(decoder)?;
        stream.clock_questionable = Canonical::decode(decoder)?;
        stream.lock_seen = Canonical::decode(decoder)?;
        let place = decoder.offset();
        stream.missing = match Option::<u8>::decode(decoder)? {
            Some(why) => {
                let known = ABSENCES.get(usize::from(why)).copied();
                Some(known.ok_or_else(|| DecodeError::new(place, "a reason of absence"))?)
            }
            None => None,
        };
        stream.unusable_hz = Option::<Float>::decode(decoder)?.map(|float| float.0);
        if stream.open && stream.pieces.is_empty() {
            return Err(DecodeError::new(at, "a piece that goes on"));
        }
        Ok(stream)
    }
}

impl Canonical for Piece {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.array(4);
        self.timeline.encode(encoder);
        self.first.encode(encoder);
        Floats::encode_from(&self.samples, encoder);
        self.marks.encode(encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        array_of(decoder, 4)?;
        let timeline = Timeline::decode(decoder)?;
        let at = decoder.offset();
        let first = u64::decode(decoder)?;
        let Floats(samples) = Canonical::decode(decoder)?;
        let marks = Vec::<Mark>::decode(decoder)?;
        let piece = Self { timeline, first, samples, marks };
        let end = piece.first.checked_add(piece.samples.len() as u64);
        let ascend = piece.marks.windows(2).all(|pair| pair[0].from < pair[1].from);
        let rate_hz = piece.timeline.rate_hz;
        let known =
            rate_hz > 0.0 && piece.marks.iter().all(|mark| mark.timeline.rate_hz.to_bits() == rate_hz.to_bits());
        if end != Some(piece.timeline.next_index) || !ascend || !known {
            return Err(DecodeError::new(at, "counts of samples that fit each other"));
        }
        Ok(piece)
    }
}

impl Canonical for Mark {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.array(3);
        self.from.encode(encoder);
        self.timeline.encode(encoder);
        self.questionable.encode(encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        array_of(decoder, 3)?;
        let (from, timeline) = (u64::decode(decoder)?, Timeline::decode(decoder)?);
        Ok(Self { from, timeline, questionable: bool::decode(decoder)? })
    }
}

impl Canonical for Run {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.array(5);
        Float(self.stretch).encode(encoder);
        encoder.boolean(self.continued);
        encoder.boolean(self.cut_short);
        self.free_from.encode(encoder);
        self.looks.encode(encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        array_of(decoder, 5)?;
        let Float(stretch) = Canonical::decode(decoder)?;
        let (continued, cut_short) = (bool::decode(decoder)?, bool::decode(decoder)?);
        let free_from = Canonical::decode(decoder)?;
        Ok(Self { looks: Vec::decode(decoder)?, continued, free_from, cut_short, stretch })
    }
}

impl Canonical for Look {
    fn encode(&self, encoder: &mut Encoder) {
        let Bearing { start, end, elevation, covariance_s2_km2, .. } = self.bearing;
        let b = &self.bearing;
        encoder.array(6);
        (self.window, start, end, b.elements as u64).encode(encoder);
        let mut floats =
            vec![b.azimuth_deg, b.azimuth_sigma_deg, b.slowness_s_km, b.slowness_sigma_s_km, b.f_statistic];
        floats.extend(covariance_s2_km2);
        Floats::encode_from(&floats, encoder);
        elevation.map(|elevation| (Float(elevation.angle_deg), Float(elevation.sigma_deg))).encode(encoder);
        numbers(&self.members).encode(encoder);
        numbers(&self.questionable).encode(encoder);
        encoder.boolean(self.masked);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        array_of(decoder, 6)?;
        let (window, start, end, elements): (i64, Time, Time, u32) = Canonical::decode(decoder)?;
        let at = decoder.offset();
        let Floats(floats) = Canonical::decode(decoder)?;
        let [azimuth_deg, azimuth_sigma_deg, slowness_s_km, slowness_sigma_s_km, f_statistic, ee, en, nn] = floats[..]
        else {
            return Err(DecodeError::new(at, "eight floats"));
        };
        let elevation = Option::<(Float, Float)>::decode(decoder)?;
        let bearing = Bearing {
            start,
            end,
            azimuth_deg,
            azimuth_sigma_deg,
            slowness_s_km,
            slowness_sigma_s_km,
            covariance_s2_km2: [ee, en, nn],
            elevation: elevation.map(|(angle, sigma)| Elevation { angle_deg: angle.0, sigma_deg: sigma.0 }),
            f_statistic,
            elements: elements as usize,
            family: None,
        };
        let read = |numbers: Vec<u32>| numbers.into_iter().map(|number| number as usize).collect();
        let (members, questionable) = (read(Vec::decode(decoder)?), read(Vec::decode(decoder)?));
        Ok(Self { window, bearing, members, questionable, masked: bool::decode(decoder)? })
    }
}

fn numbers(elements: &[usize]) -> Vec<u64> {
    elements.iter().map(|element| *element as u64).collect()
}
