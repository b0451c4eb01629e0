/* doctor-window.h - the connection doctor: what was checked, what was found, what to do; a report to pass on. It is
 * shown by kith_doctor_show (dialogs.h). ui: doctor-window.ui. */
#pragma once

#include "core/diagnosis.h"

#include <handy.h>

#define KITH_TYPE_DOCTOR_WINDOW (kith_doctor_window_get_type ())
G_DECLARE_FINAL_TYPE (KithDoctorWindow, kith_doctor_window, KITH, DOCTOR_WINDOW, HdyWindow)
