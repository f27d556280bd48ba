//! Distances and azimuths on WGS84.
