"""Tags of DICOM that head columns of worklists, by the keywords of the standard: `(0010,0010)` is PatientName."""

from __future__ import annotations

import re

KEYWORDS: dict[str, str] = {
    "00080005": "SpecificCharacterSet", "00080020": "StudyDate", "00080021": "SeriesDate",
    "00080022": "AcquisitionDate", "00080023": "ContentDate", "00080030": "StudyTime", "00080050": "AccessionNumber",
    "00080060": "Modality", "00080070": "Manufacturer", "00080080": "InstitutionName", "00080090":
    "ReferringPhysicianName", "00081010": "StationName", "00081030": "StudyDescription", "0008103E":
    "SeriesDescription", "00081040": "InstitutionalDepartmentName", "00081048": "PhysiciansOfRecord", "00081050":
    "PerformingPhysicianName", "00081060": "NameOfPhysiciansReadingStudy", "00081070": "OperatorsName", "00081080":
    "AdmittingDiagnosesDescription", "00100010": "PatientName", "00100020": "PatientID", "00100021":
    "IssuerOfPatientID", "00100030": "PatientBirthDate", "00100032": "PatientBirthTime", "00100040": "PatientSex",
    "00101000": "OtherPatientIDs", "00101001": "OtherPatientNames", "00101005": "PatientBirthName", "00101010":
    "PatientAge", "00101020": "PatientSize", "00101030": "PatientWeight", "00101040": "PatientAddress", "00101060":
    "PatientMotherBirthName", "00102000": "MedicalAlerts", "00102110": "Allergies", "00102154":
    "PatientTelephoneNumbers", "00102160": "EthnicGroup", "001021B0": "AdditionalPatientHistory", "00102297":
    "ResponsiblePerson", "00104000": "PatientComments", "00180015": "BodyPartExamined", "0020000D":
    "StudyInstanceUID", "00200010": "StudyID", "00321030": "ReasonForStudy", "00321032": "RequestingPhysician",
    "00321033": "RequestingService", "00321060": "RequestedProcedureDescription", "00324000": "StudyComments",
    "00380010": "AdmissionID", "00380300": "CurrentPatientLocation", "00400001": "ScheduledStationAETitle", "00400002":
    "ScheduledProcedureStepStartDate", "00400003": "ScheduledProcedureStepStartTime", "00400006":
    "ScheduledPerformingPhysicianName", "00400007": "ScheduledProcedureStepDescription", "00400009":
    "ScheduledProcedureStepID", "00401001": "RequestedProcedureID", "00401002": "ReasonForTheRequestedProcedure",
}  # fmt: skip
"""Source: DICOM PS3.6."""

_TAG = re.compile(r"\(?([0-9A-Fa-f]{4})[,_:. ]?([0-9A-Fa-f]{4})\)?")


def keyword(cell: str) -> str | None:
    """The keyword of a tag, None for anything else."""
    tag = _TAG.fullmatch(cell.strip())
    return None if tag is None else KEYWORDS.get((tag[1] + tag[2]).upper())
