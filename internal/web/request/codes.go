package request

import (
	"verigate/api/client"
	"verigate/internal/marking"
)

// The closed lists of the contract, in its order but for "other", which comes last.

func codes[T ~string](all ...T) []string {
	out := make([]string, len(all))
	for i, code := range all {
		out[i] = string(code)
	}
	return out
}

func ceilings() []string {
	return codes(
		client.AboveCeilingCodeAggregation, client.AboveCeilingCodeAttachment, client.AboveCeilingCodePartnerClassification,
		client.AboveCeilingCodeStateSecretContent, client.AboveCeilingCodeOther,
	)
}

func agencies() []string {
	return codes(
		client.AgencyAgencyBorderGuard, client.AgencyAgencyBusinessRegistration, client.AgencyAgencyCarrierAgent,
		client.AgencyAgencyCitesMa, client.AgencyAgencyCourt, client.AgencyAgencyForensicLaboratory,
		client.AgencyAgencyImmigrationA08, client.AgencyAgencyIndustryAndTrade, client.AgencyAgencyInvestigationPolice,
		client.AgencyAgencyJustice, client.AgencyAgencyMaritimeAdministration, client.AgencyAgencyPoliceA05,
		client.AgencyAgencyPoliceC04, client.AgencyAgencyPolicePa, client.AgencyAgencyPoliceRecords,
		client.AgencyAgencyPortOperator, client.AgencyAgencyProcuracy, client.AgencyAgencyStateBankAml, client.AgencyAgencyTax,
		client.AgencyAgencyTelecom, client.AgencyAgencyTrafficPolice, client.AgencyAgencyOther,
	)
}

// compartments are those that every house has.
func compartments() []string { return codes(marking.Defaults()...) }

func annulments() []string {
	return codes(
		client.BreachAnnulmentCodeClockError, client.BreachAnnulmentCodeRecordedTwice, client.BreachAnnulmentCodeSystemOutage,
		client.BreachAnnulmentCodeWrongCalendar, client.BreachAnnulmentCodeWrongPolicy, client.BreachAnnulmentCodeWrongStart,
		client.BreachAnnulmentCodeOther,
	)
}

func causes() []string {
	return codes(
		client.BreachCauseCodeAgencyLate, client.BreachCauseCodeDeskLate, client.BreachCauseCodeForceMajeure,
		client.BreachCauseCodeLaboratory, client.BreachCauseCodeLegalAuthority, client.BreachCauseCodeLineDown,
		client.BreachCauseCodeMisrouted, client.BreachCauseCodePartnerLate, client.BreachCauseCodeReviewLate,
		client.BreachCauseCodeStaffing, client.BreachCauseCodeSystemOutage, client.BreachCauseCodeUnitLate,
		client.BreachCauseCodeWorkload, client.BreachCauseCodeOther,
	)
}

func clarifications() []string {
	return codes(
		client.ClarificationCodeCaseNumberMissing, client.ClarificationCodeDocumentMissing,
		client.ClarificationCodeDocumentUnreadable, client.ClarificationCodeIdentifierIncomplete,
		client.ClarificationCodeIdentifierInvalid, client.ClarificationCodeLegalBasisMissing,
		client.ClarificationCodeMarkingUnclear, client.ClarificationCodePeriodMissing, client.ClarificationCodePurposeMissing,
		client.ClarificationCodeQuestionUnclear, client.ClarificationCodeSubjectAmbiguous,
		client.ClarificationCodeTranslationNeeded, client.ClarificationCodeOther,
	)
}

func corrections() []string {
	return codes(
		client.CorrectionCodeFactualError, client.CorrectionCodeIdentityError, client.CorrectionCodeMarkingError,
		client.CorrectionCodeNewInformation, client.CorrectionCodeQuantityError, client.CorrectionCodeTranslationError,
		client.CorrectionCodeWrongRecipient, client.CorrectionCodeOther,
	)
}

func degreeReasons() []string {
	return codes(
		client.DegreeChangeCodeCampaign, client.DegreeChangeCodeComplexity, client.DegreeChangeCodeCourtDate,
		client.DegreeChangeCodeEventPast, client.DegreeChangeCodeEvidenceLoss, client.DegreeChangeCodeGoodsInMotion,
		client.DegreeChangeCodeLiveAnimals, client.DegreeChangeCodeOverStated, client.DegreeChangeCodePartnerRequest,
		client.DegreeChangeCodePhysicalEvent, client.DegreeChangeCodeReleaseImminent, client.DegreeChangeCodeRiskToLife,
		client.DegreeChangeCodeVolume, client.DegreeChangeCodeOther,
	)
}

func deskResults() []string {
	return codes(
		client.DeskAnswersQuestionResultCannotSay, client.DeskAnswersQuestionResultElsewhere,
		client.DeskAnswersQuestionResultRefused,
	)
}

func extensions() []string {
	return codes(
		client.ExtensionCodeConsentAwaited, client.ExtensionCodeForceMajeure, client.ExtensionCodeFurtherChecks,
		client.ExtensionCodeLaboratory, client.ExtensionCodeLegalAuthority, client.ExtensionCodeOutsideAgency,
		client.ExtensionCodePhysicalExam, client.ExtensionCodeTranslation, client.ExtensionCodeVolume, client.ExtensionCodeOther,
	)
}

func lowerings() []string {
	return codes(
		client.LevelLoweringCodeMadePublic, client.LevelLoweringCodeMarkedInError, client.LevelLoweringCodePartnerLowered,
		client.LevelLoweringCodeSealedInError, client.LevelLoweringCodeSecrecyOver, client.LevelLoweringCodeOther,
	)
}

func properChannels() []string {
	return codes(
		client.ProperChannelAgreedSecureChannel, client.ProperChannelBilateralCustoms, client.ProperChannelBorderGuard,
		client.ProperChannelBusinessRegister, client.ProperChannelCitesAuthority, client.ProperChannelConsular,
		client.ProperChannelCourt, client.ProperChannelFinancialIntelligence, client.ProperChannelImmigration,
		client.ProperChannelIndustryAndTrade, client.ProperChannelInterpolNcb, client.ProperChannelMaritimeAdministration,
		client.ProperChannelMutualLegalAssistance, client.ProperChannelPolice, client.ProperChannelPressOffice,
		client.ProperChannelRilo, client.ProperChannelTax, client.ProperChannelOther,
	)
}

func recalls() []string {
	return codes(
		client.RecallCodeCourtOrder, client.RecallCodeFactualError, client.RecallCodeIdentityError, client.RecallCodeMarkingError,
		client.RecallCodeOriginatorRequest, client.RecallCodeSourceAtRisk, client.RecallCodeWrongRecipient,
		client.RecallCodeOther,
	)
}

func refusals() []string {
	return codes(
		client.RefusalCodeDisproportionate, client.RefusalCodeDoubleCriminality, client.RefusalCodeHumanRights,
		client.RefusalCodeLegalAssistanceNeeded, client.RefusalCodeNationalSecurity, client.RefusalCodeNoLegalBasis,
		client.RefusalCodeNotAuthorised, client.RefusalCodeOngoingInvestigation, client.RefusalCodeOriginatorDenied,
		client.RefusalCodeOutsideScope, client.RefusalCodePersonalData, client.RefusalCodePoliticalOffence,
		client.RefusalCodeTimeBarred, client.RefusalCodeOther,
	)
}

func clarificationRejections() []string {
	return codes(
		client.ClarificationRejectionCodeInTheRequest, client.ClarificationRejectionCodeNotNeeded, client.ClarificationRejectionCodeWouldDisclose,
		client.ClarificationRejectionCodeAskElsewhere, client.ClarificationRejectionCodeWording, client.ClarificationRejectionCodeOther,
	)
}

func rejections() []string {
	return codes(
		client.RefusalRejectionCodeNotJustified, client.RefusalRejectionCodePartlyAnswerable, client.RefusalRejectionCodeWording,
		client.RefusalRejectionCodeWrongCode, client.RefusalRejectionCodeOther,
	)
}

func resultCodes() []string {
	return codes(
		client.ResultCodeAgencySilent, client.ResultCodeDisproportionate, client.ResultCodeDoubleCriminality,
		client.ResultCodeHumanRights, client.ResultCodeIdentifierIncomplete, client.ResultCodeLegalAssistanceNeeded,
		client.ResultCodeNationalSecurity, client.ResultCodeNoLegalBasis, client.ResultCodeNoRecords, client.ResultCodeNoReply,
		client.ResultCodeNotAuthorised, client.ResultCodeNotCustomsData, client.ResultCodeNotTraceable,
		client.ResultCodeNothingReleasable, client.ResultCodeOngoingInvestigation, client.ResultCodeOriginatorDenied,
		client.ResultCodeOutOfTime, client.ResultCodeOutsideRetention, client.ResultCodeOutsideScope,
		client.ResultCodePersonalData, client.ResultCodePoliticalOffence, client.ResultCodeProperChannel,
		client.ResultCodeTimeBarred, client.ResultCodeWithheld, client.ResultCodeOther,
	)
}
