package samplevideo

// NAL unit types of H.264, table 7-1.
const (
	nalSlice    = 1
	nalIDRSlice = 5
	nalSPS      = 7
	nalPPS      = 8
)

const (
	macroblockSize   = 16
	frameNumBits     = 4
	sliceTypeP       = 5 // all slices of the picture are P
	sliceTypeI       = 7 // all slices of the picture are I
	macroblockIPCM   = 25
	profileBaseline  = 66
	constrainedFlags = 0b1100_0000 // decodable as Baseline and as Main: Constrained Baseline
	level20          = 20          // 2 Mbit/s: IDR pictures of I_PCM are large for their size
)

// sequenceParameterSet describes pictures of width x height pixels, both
// multiples of 16.
func sequenceParameterSet(width, height int) []byte {
	var w bitWriter
	w.u(8, profileBaseline)
	w.u(8, constrainedFlags)
	w.u(8, level20)
	w.ue(0)                                 // seq_parameter_set_id
	w.ue(frameNumBits - 4)                  // log2_max_frame_num_minus4
	w.ue(2)                                 // pic_order_cnt_type: shown in the order of decoding
	w.ue(1)                                 // max_num_ref_frames
	w.u(1, 0)                               // gaps_in_frame_num_value_allowed_flag
	w.ue(uint32(width/macroblockSize - 1))  // pic_width_in_mbs_minus1
	w.ue(uint32(height/macroblockSize - 1)) // pic_height_in_map_units_minus1
	w.u(1, 1)                               // frame_mbs_only_flag
	w.u(1, 1)                               // direct_8x8_inference_flag
	w.u(1, 0)                               // frame_cropping_flag
	w.u(1, 0)                               // vui_parameters_present_flag
	w.trailing()
	return nalUnit(3, nalSPS, w.bytes)
}

func pictureParameterSet() []byte {
	var w bitWriter
	w.ue(0)   // pic_parameter_set_id
	w.ue(0)   // seq_parameter_set_id
	w.u(1, 0) // entropy_coding_mode_flag: CAVLC
	w.u(1, 0) // bottom_field_pic_order_in_frame_present_flag
	w.ue(0)   // num_slice_groups_minus1
	w.ue(0)   // num_ref_idx_l0_default_active_minus1
	w.ue(0)   // num_ref_idx_l1_default_active_minus1
	w.u(1, 0) // weighted_pred_flag
	w.u(2, 0) // weighted_bipred_idc
	w.ue(0)   // pic_init_qp_minus26; signed, but 0 has the same code
	w.ue(0)   // pic_init_qs_minus26
	w.ue(0)   // chroma_qp_index_offset
	w.u(1, 0) // deblocking_filter_control_present_flag
	w.u(1, 0) // constrained_intra_pred_flag
	w.u(1, 0) // redundant_pic_cnt_present_flag
	w.trailing()
	return nalUnit(3, nalPPS, w.bytes)
}

// idrPicture codes a picture by its samples alone. IDR pictures that follow
// each other need different ids.
func idrPicture(p picture, id uint32) []byte {
	var w bitWriter
	w.ue(0) // first_mb_in_slice
	w.ue(sliceTypeI)
	w.ue(0)              // pic_parameter_set_id
	w.u(frameNumBits, 0) // frame_num
	w.ue(id)             // idr_pic_id
	w.u(1, 0)            // no_output_of_prior_pics_flag
	w.u(1, 0)            // long_term_reference_flag
	w.ue(0)              // slice_qp_delta
	for y := 0; y < p.height; y += macroblockSize {
		for x := 0; x < p.width; x += macroblockSize {
			w.ue(macroblockIPCM)
			w.align()
			w.bytes = p.appendMacroblock(w.bytes, x, y)
		}
	}
	w.trailing()
	return nalUnit(3, nalIDRSlice, w.bytes)
}

// repeatedPicture codes the picture before it once more. frameNum counts the
// pictures since the last IDR picture.
func repeatedPicture(p picture, frameNum uint32) []byte {
	var w bitWriter
	w.ue(0) // first_mb_in_slice
	w.ue(sliceTypeP)
	w.ue(0) // pic_parameter_set_id
	w.u(frameNumBits, frameNum%(1<<frameNumBits))
	w.u(1, 0)                                                          // num_ref_idx_active_override_flag
	w.u(1, 0)                                                          // ref_pic_list_modification_flag_l0
	w.u(1, 0)                                                          // adaptive_ref_pic_marking_mode_flag
	w.ue(0)                                                            // slice_qp_delta
	w.ue(uint32(p.width / macroblockSize * p.height / macroblockSize)) // mb_skip_run: all of them
	w.trailing()
	return nalUnit(2, nalSlice, w.bytes)
}
