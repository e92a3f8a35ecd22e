// Package samplevideo makes small MP4 files that every browser plays, and the
// sidecars that FOVEA reads beside them. It needs no encoder: the pictures are
// colour bars with a white square that walks to the right.
//
// # How a file is made
//
// The video is one H.264 stream of the Constrained Baseline profile. Each half
// second starts with an IDR picture whose macroblocks are all I_PCM: samples
// stored as they are, 384 bytes for 16x16 pixels. The pictures between are P
// slices that skip every macroblock, a dozen bytes each, so they repeat the
// IDR picture before them. The stream goes into a progressive MP4 file with
// the index (moov) in front of the media (mdat), so that a player can start
// with the first ranged GET. There is no randomness and no clock: the bytes
// are the same on every machine.
package samplevideo
